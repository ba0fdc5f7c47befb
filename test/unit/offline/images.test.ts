import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { imageTools } from '../../../offline/images/images.ts';
import { localImages } from '../../../offline/images/recipe.ts';
import { makeTestFolder } from '../../harness/test-folder.ts';

const offline = join(import.meta.dirname, '../../../offline');

/** Computes the references of a copy of the recipes in which one file has more at its end. */
async function referencesAfter(file: string, contents: string): Promise<typeof localImages> {
  const copy = makeTestFolder();
  for (const part of ['images', 'servers']) {
    cpSync(join(offline, part), join(copy, part), { recursive: true });
  }
  writeFileSync(join(copy, file), contents, { flag: 'a' });
  return ((await import(join(copy, 'images/recipe.ts'))) as { localImages: typeof localImages })
    .localImages;
}

describe('a local image', () => {
  test('has a reference with its name, its version and a hash', () => {
    expect(Object.keys(localImages)).toEqual([
      'postgres',
      'redis',
      'node',
      'haproxy',
      'prometheus',
      'alertmanager',
      'qdrant',
      'tei',
      'ollama',
    ]);
    expect(localImages.postgres.reference).toMatch(/^pulse-local\/postgres:15-[0-9a-f]{8}$/);
    expect(imageTools).toHaveLength(7);
  });

  test('gets another reference when one byte of its recipe changes, and no other image does', async () => {
    const changed = await referencesAfter('images/postgres/docker-entrypoint.sh', '\n');
    expect(changed).toEqual({
      ...localImages,
      postgres: { reference: expect.not.stringMatching(localImages.postgres.reference) },
    });
  });

  test('gets another reference when the image that it is made from changes', async () => {
    const changed = await referencesAfter('servers/python/serve.py', '\n');
    expect(changed.redis).toEqual(localImages.redis);
    for (const name of ['qdrant', 'tei', 'ollama'] as const) {
      expect(changed[name]).not.toEqual(localImages[name]);
    }
  });

  test('keeps its reference when a tool leaves a temporary file behind', async () => {
    expect(await referencesAfter('servers/tei/.swp', 'x')).toEqual(localImages);
  });
});
