import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { imageTools, localImages } from '../../../toolchain/images/images.ts';

const toolchain = join(import.meta.dirname, '../../../toolchain');

/** The references that the same code computes for a copy of the recipes, one file of it changed. */
async function referencesAfter(file: string, contents: string): Promise<typeof localImages> {
  const copy = mkdtempSync(join(tmpdir(), 'pulse-recipes-'));
  for (const part of ['images', 'gpu-host', 'tool.ts', 'command-error.ts']) {
    cpSync(join(toolchain, part), join(copy, part), { recursive: true });
  }
  writeFileSync(join(copy, file), contents, { flag: 'a' });
  return ((await import(join(copy, 'images/images.ts'))) as { localImages: typeof localImages })
    .localImages;
}

describe('a local image', () => {
  test('has a reference that says what it is', () => {
    expect(Object.keys(localImages)).toEqual([
      'postgres',
      'redis',
      'node',
      'qdrant',
      'tei',
      'ollama',
    ]);
    expect(localImages.postgres.reference).toMatch(/^pulse-local\/postgres:15-[0-9a-f]{8}$/);
    expect(imageTools).toHaveLength(6);
  });

  test('gets another reference when one byte of its recipe changes, and leaves the others theirs', async () => {
    const changed = await referencesAfter('images/postgres/docker-entrypoint.sh', '\n');
    expect(changed).toEqual({
      ...localImages,
      postgres: { reference: expect.not.stringMatching(localImages.postgres.reference) },
    });
  });

  test('follows the image it is made from', async () => {
    const changed = await referencesAfter('gpu-host/python/serve.py', '\n');
    expect(changed.redis).toEqual(localImages.redis);
    for (const name of ['qdrant', 'tei', 'ollama'] as const) {
      expect(changed[name]).not.toEqual(localImages[name]);
    }
  });

  test('keeps its reference when a tool leaves a file lying around', async () => {
    expect(await referencesAfter('gpu-host/tei/.swp', 'x')).toEqual(localImages);
  });
});
