import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { writeAuthorization } from '../../shared/service-access.ts';
import { describeError } from '../errors.ts';

/**
 * The files of a tokenizer and of the model's input limit. Small files first: the hub's answer to
 * the first one names the revision, and the others are fetched of the same revision.
 */
const names = [
  'config.json',
  'tokenizer_config.json',
  'sentence_bert_config.json',
  'tokenizer.json',
] as const;
const wanted = 'tokenizer.json';
/** A vocabulary of 150,000 tokens has some 11 MB: a few seconds on a slow line. */
const downloadLimitMs = 60_000;

export interface TokenizerSettings {
  readonly hfHome: string;
  readonly hfEndpoint: string;
  /** Of a gated or private model. */
  readonly hfToken?: string | undefined;
  readonly embeddingModel: string;
}

/** By name; each is a JSON object. */
export type TokenizerFiles = Readonly<
  Partial<Record<(typeof names)[number], Readonly<Record<string, unknown>>>>
>;

type Texts = Readonly<Partial<Record<(typeof names)[number], string>>>;

/** What was made from the files, and the problems on the way, as sentences for people. */
export interface Found<T> {
  readonly made: T | undefined;
  readonly problems: readonly string[];
}

/**
 * Reads the files of the model's tokenizer from the cache volume, else downloads them into it.
 * Files in the cache that cannot be used are downloaded again and replaced.
 *
 * @param make builds the tokenizer; it throws when the files cannot be used
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
    return texts && make(parseTexts(texts));
  });
  if (cached !== undefined) return { made: cached, problems };
  const made = await attempt(settings.hfEndpoint, async () => {
    const { texts, revision } = await download(settings);
    const usable = make(parseTexts(texts));
    await attempt(folder, () => store(folder, revision, texts));
    return usable;
  });
  return { made, problems };
}

/** Reads the layout of Hugging Face's cache: `refs/main` names the revision in `snapshots/`. */
async function read(folder: string): Promise<Texts | undefined> {
  const revisions = (await readdir(join(folder, 'snapshots')).catch(ignoreAbsent)) ?? [];
  const main = (await readFile(join(folder, 'refs', 'main'), 'utf8').catch(ignoreAbsent))?.trim();
  for (const revision of revisions.sort(
    (one, other) => Number(other === main) - Number(one === main) || (one < other ? -1 : 1),
  )) {
    const contents = await Promise.all(
      names.map(
        async (name) =>
          [
            name,
            await readFile(join(folder, 'snapshots', revision, name), 'utf8').catch(ignoreAbsent),
          ] as const,
      ),
    );
    const texts = Object.fromEntries(contents.filter(([, text]) => text !== undefined)) as Texts;
    if (texts[wanted] !== undefined) return texts;
  }
  return undefined;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

const object = z.record(z.string(), z.unknown());

/** @throws Error that names the broken file */
function parseTexts(texts: Texts): TokenizerFiles {
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
  hfToken,
  embeddingModel,
}: TokenizerSettings): Promise<{ texts: Texts; revision: string }> {
  const signal = AbortSignal.timeout(downloadLimitMs);
  const texts: Record<string, string> = {};
  let revision: string | null = null;
  for (const name of names) {
    const response: Response = await fetch(
      `${hfEndpoint}/${embeddingModel}/resolve/${revision ?? 'main'}/${name}`,
      // fetch leaves the token out where the hub sends it on to another host.
      { signal, headers: writeAuthorization({ apiKey: hfToken }) },
    );
    revision ??= /^[0-9a-f]{40}$/.exec(response.headers.get('x-repo-commit') ?? '')?.[0] ?? null;
    if (response.ok) texts[name] = await response.text();
    else if (name === wanted || response.status !== 404)
      throw new Error(`${name}: status ${response.status}${explainStatus(response.status)}`);
  }
  return { texts, revision: revision ?? 'main' };
}

/** The hub answers 401 also for a model that does not exist. */
function explainStatus(status: number): string {
  return status === 401 || status === 403
    ? ': a gated or private model needs a token that may read it (pulse:huggingfaceToken)'
    : '';
}

/**
 * Stores the files so that each appears complete under its name, also when several processes
 * download at the same time. `refs/main` is written last.
 */
async function store(folder: string, revision: string, texts: Texts): Promise<void> {
  await mkdir(join(folder, 'snapshots', revision), { recursive: true });
  await mkdir(join(folder, 'refs'), { recursive: true });
  for (const [name, text] of Object.entries(texts))
    await writeAtomically(join(folder, 'snapshots', revision, name), text);
  await writeAtomically(join(folder, 'refs', 'main'), revision);
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, text);
  await rename(partial, path);
}
