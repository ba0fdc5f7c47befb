import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Fixture {
  readonly tokenizer: Record<string, unknown>;
  readonly special: number;
  readonly golden: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

/**
 * Reads a tokenizer that test/fixtures/tokenizers/make.py wrote. Each call returns a new copy,
 * because opening a tokenizer changes its description.
 */
export function fixture(name: 'minilm' | 'qwen' | 'unigram'): Fixture {
  return JSON.parse(
    gunzipSync(
      readFileSync(new URL(`../../../fixtures/tokenizers/${name}.json.gz`, import.meta.url)),
    ).toString(),
  ) as Fixture;
}

/**
 * Writes files into a cache in the layout of Hugging Face.
 *
 * @returns the folder of the revision
 */
export function fillCache(
  hfHome: string,
  model: string,
  files: Readonly<Record<string, string>>,
  revision = 'a'.repeat(40),
): string {
  const repository = join(hfHome, 'hub', `models--${model.replace('/', '--')}`);
  const snapshot = join(repository, 'snapshots', revision);
  mkdirSync(snapshot, { recursive: true });
  mkdirSync(join(repository, 'refs'), { recursive: true });
  writeFileSync(join(repository, 'refs', 'main'), revision);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(snapshot, name), content);
  return snapshot;
}
