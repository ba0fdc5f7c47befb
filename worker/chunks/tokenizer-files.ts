import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { describeError } from '../errors.ts';

/**
 * What a tokenizer needs, and where the model says how long its input may be. The small ones first:
 * the hub names the revision with them.
 */
const names = [
  'config.json',
  'tokenizer_config.json',
  'sentence_bert_config.json',
  'tokenizer.json',
] as const;
const wanted = 'tokenizer.json';
/** A vocabulary of 150,000 has some 11 MB; a few seconds on a slow line. */
const downloadLimitMs = 60_000;

export interface TokenizerSettings {
  readonly hfHome: string;
  readonly hfEndpoint: string;
  readonly embeddingModel: string;
}

/** By name; each is a JSON object. */
export type TokenizerFiles = Readonly<
  Partial<Record<(typeof names)[number], Readonly<Record<string, unknown>>>>
>;

type Texts = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** What was made of the files, and what went wrong on the way, in words for people. */
export interface Found<T> {
  readonly made: T | undefined;
  readonly problems: readonly string[];
}

/**
 * Makes something of the files of the model's tokenizer: from the cache volume, else downloaded
 * into it. What is broken in the cache is downloaded again and replaced.
 */
export async function findTokenizer<T>(
  settings: TokenizerSettings,
  make: (files: TokenizerFiles) => T,
): Promise<Found<T>> {
  const folder = join(
    settings.hfHome,
    'hub',
    `models--${settings.embeddingModel.replaceAll('/', '--')}`,
  );
  const problems: string[] = [];
  const attempt = async <R>(place: string, work: () => Promise<R>): Promise<R | undefined> =>
    work().catch((error: unknown) => void problems.push(`${place}: ${describeError(error)}`));

  const cached = await attempt(folder, async () => {
    const texts = await read(folder);
    return texts && make(parsed(texts));
  });
  if (cached !== undefined) return { made: cached, problems };
  const made = await attempt(settings.hfEndpoint, async () => {
    const { texts, revision } = await download(settings);
    const usable = make(parsed(texts));
    await attempt(folder, () => store(folder, revision, texts));
    return usable;
  });
  return { made, problems };
}

/** The layout of Hugging Face's own cache: `refs/main` names the revision under `snapshots/`. */
async function read(folder: string): Promise<Texts | undefined> {
  const revisions = (await readdir(join(folder, 'snapshots')).catch(absent)) ?? [];
  const main = (await readFile(join(folder, 'refs', 'main'), 'utf8').catch(absent))?.trim();
  for (const revision of revisions.sort(
    (one, other) => Number(other === main) - Number(one === main) || (one < other ? -1 : 1),
  )) {
    const contents = await Promise.all(
      names.map(
        async (name) =>
          [
            name,
            await readFile(join(folder, 'snapshots', revision, name), 'utf8').catch(absent),
          ] as const,
      ),
    );
    const texts = Object.fromEntries(contents.filter(([, text]) => text !== undefined)) as Texts;
    if (texts[wanted] !== undefined) return texts;
  }
  return undefined;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

const object = z.record(z.string(), z.unknown());

/** @throws Error that names the broken file */
function parsed(texts: Texts): TokenizerFiles {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      try {
        return [name, object.parse(JSON.parse(text))];
      } catch {
        throw new Error(
          `${name} (${text.length} characters) is no JSON object: cut off or overwritten`,
        );
      }
    }),
  );
}

async function download({
  hfEndpoint,
  embeddingModel,
}: TokenizerSettings): Promise<{ texts: Texts; revision: string }> {
  const signal = AbortSignal.timeout(downloadLimitMs);
  const texts: Record<string, string> = {};
  let revision: string | null = null;
  for (const name of names) {
    const response: Response = await fetch(
      `${hfEndpoint}/${embeddingModel}/resolve/${revision ?? 'main'}/${name}`,
      { signal },
    );
    revision ??= /^[0-9a-f]{40}$/.exec(response.headers.get('x-repo-commit') ?? '')?.[0] ?? null;
    if (response.ok) texts[name] = await response.text();
    else if (name === wanted || response.status !== 404)
      throw new Error(`${name}: status ${response.status}`);
  }
  return { texts, revision: revision ?? 'main' };
}

/**
 * Every file appears whole under its name, whoever else downloads at the same time; `refs/main` is
 * written last.
 */
async function store(folder: string, revision: string, texts: Texts): Promise<void> {
  await mkdir(join(folder, 'snapshots', revision), { recursive: true });
  await mkdir(join(folder, 'refs'), { recursive: true });
  for (const [name, text] of Object.entries(texts))
    await writeWhole(join(folder, 'snapshots', revision, name), text);
  await writeWhole(join(folder, 'refs', 'main'), revision);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, text);
  await rename(partial, path);
}
