import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { Keywords } from '../../../../worker/keywords/keywords.ts';
import { mergeInPauses } from '../../../../worker/keywords/merge-in-pauses.ts';
import { createLogger } from '../../../../worker/logs.ts';
import { eventually } from '../../../harness/eventually.ts';
import { keywordPage, keywordPageId } from '../../../harness/keyword-page.ts';

const documents = 60;

let folder: string;
let keywords: Keywords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulse-keywords-'));
  keywords = new Keywords(folder);
  for (let number = 0; number < documents; number += 1)
    await keywords.replace([keywordPage(number, `granite lantern marker${number}`)]);
});
afterEach(async () => {
  await keywords.close();
  await rm(folder, { recursive: true });
});

function countSegments(): number {
  const db = new DatabaseSync(join(folder, 'keywords-4.sqlite'), { readOnly: true });
  const row = db.prepare('SELECT count(DISTINCT segid) AS segments FROM words_idx').get();
  db.close();
  return row?.['segments'] as number;
}

test('segments are merged when documents have stopped to come in, and all are found', async () => {
  const before = countSegments();
  expect(before).toBeGreaterThan(3);
  const stopping = new AbortController();
  const merging = mergeInPauses(
    { keywords, log: createLogger('ERROR', 'test') },
    stopping.signal,
    1,
  );
  await eventually('fewer segments', async () => expect(countSegments()).toBeLessThanOrEqual(2));
  // After another write too.
  await keywords.remove(keywordPageId(0));
  await keywords.replace([keywordPage(1, 'granite replaced')]);
  await eventually('fewer segments again', async () =>
    expect(countSegments()).toBeLessThanOrEqual(2),
  );
  stopping.abort();
  await merging;
  expect(await keywords.search('granite', {}, 2 * documents)).toHaveLength(documents - 1);
  expect(await keywords.search('marker0 marker1', {}, 10)).toEqual([]);
  expect(await keywords.problems()).toEqual([]);
});
