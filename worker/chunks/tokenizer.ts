import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Tokenizer } from '@huggingface/tokenizers';

import type { Logger } from '../logs.ts';
import type { CountTokens } from './split.ts';

/** What a tokenizer needs, and where the model says how long its input may be. */
const files = ['tokenizer.json', 'tokenizer_config.json', 'config.json', 'sentence_bert_config.json'] as const;
const required = new Set<string>(['tokenizer.json']);
const downloadLimitMs = 30_000;
/** A tokenizer's time grows with the square of an unbroken run; prose has no such word. */
const longestRun = 2_000;

export interface TokenizerSettings { readonly hfHome: string; readonly hfEndpoint: string; readonly embeddingModel: string }

export interface ModelTokenizer {
  readonly countTokens: CountTokens;
  /** Tokens that the model adds around an input. */
  readonly special: number;
  /** Longest input that the model's own files name; undefined when they name none. */
  readonly inputLimit: number | undefined;
}

type Files = Partial<Record<(typeof files)[number], Record<string, unknown>>>;

/** The model's tokenizer: from the cache volume, else downloaded into it; undefined when neither works. */
export async function openTokenizer(settings: TokenizerSettings, log: Logger): Promise<ModelTokenizer | undefined> {
  const found = await cached(settings) ?? await downloaded(settings, log);
  if (found?.['tokenizer.json'] === undefined) return undefined;
  // Some models' files cut and pad to their training length: counting wants the text as it is.
  const tokenizer = new Tokenizer({ ...found['tokenizer.json'], truncation: null, padding: null }, found['tokenizer_config.json'] ?? {});
  const count = (text: string, special: boolean) => tokenizer.encode(text, { add_special_tokens: special }).ids.length;
  return {
    countTokens: async (texts) => texts.map((text) => runs(text).reduce((sum, run) => sum + count(run, false), 0)),
    special: count('a', true) - count('a', false),
    inputLimit: inputLimit(found),
  };
}

function runs(text: string): string[] {
  return text.length <= longestRun ? [text] : text.match(new RegExp(`[^]{1,${longestRun}}(?:\\s|$)|[^]{1,${longestRun}}`, 'g')) ?? [];
}

/** sentence-transformers' own limit is the narrowest; then what the position embeddings allow. */
function inputLimit(found: Files): number | undefined {
  const limits = [found['sentence_bert_config.json']?.['max_seq_length'], found['config.json']?.['max_position_embeddings'], found['tokenizer_config.json']?.['model_max_length']];
  return limits.find((limit): limit is number => typeof limit === 'number' && limit < 1e6);
}

function repository({ hfHome, embeddingModel }: TokenizerSettings): string {
  return join(hfHome, 'hub', `models--${embeddingModel.replaceAll('/', '--')}`);
}

/** The hub's own layout: `refs/main` names the revision under `snapshots/`. */
async function cached(settings: TokenizerSettings): Promise<Files | undefined> {
  const folder = repository(settings);
  const revisions = await readdir(join(folder, 'snapshots')).catch(absent) ?? [];
  const main = await readFile(join(folder, 'refs/main'), 'utf8').catch(absent);
  for (const revision of [...revisions].sort((one, other) => Number(other === main?.trim()) - Number(one === main?.trim()))) {
    const contents = await Promise.all(files.map(async (file) => [file, await readFile(join(folder, 'snapshots', revision, file), 'utf8').catch(absent)] as const));
    const found = contents.filter(([, text]) => text !== undefined).map(([file, text]) => [file, JSON.parse(text as string) as Record<string, unknown>]);
    if (found.some(([file]) => file === 'tokenizer.json')) return Object.fromEntries(found) as Files;
  }
  return undefined;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

async function downloaded(settings: TokenizerSettings, log: Logger): Promise<Files | undefined> {
  const found: Files = {};
  try {
    for (const file of files) {
      const response = await fetch(`${settings.hfEndpoint}/${settings.embeddingModel}/resolve/main/${file}`, { signal: AbortSignal.timeout(downloadLimitMs) });
      if (response.ok) found[file] = await response.json() as Record<string, unknown>;
      else if (required.has(file)) throw new Error(`${file}: status ${response.status}`);
    }
    await store(settings, found);
  } catch (error) {
    log.warn({ err: error, model: settings.embeddingModel }, 'the tokenizer is not in the cache volume and cannot be downloaded; tokens are counted by TEI, as long as it answers');
  }
  return found;
}

async function store(settings: TokenizerSettings, found: Files): Promise<void> {
  const folder = join(repository(settings), 'snapshots', 'main');
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(found)) {
    const partial = join(folder, `${file}.${process.pid}`);
    await writeFile(partial, JSON.stringify(content));
    await rename(partial, join(folder, file));
  }
}
