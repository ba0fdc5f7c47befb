import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';
import { prepareTotals } from '../../../../worker/keywords/totals.ts';
import { keywordPage } from '../../../harness/keyword-page.ts';

let folder: string;
let index: KeywordIndex;
let readTotals: ReturnType<typeof prepareTotals>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-totals-'));
  const db = openIndexFile(folder);
  index = new KeywordIndex(db, currentSchema);
  readTotals = prepareTotals(db, 'words');
});
afterEach(() => {
  index.close();
  rmSync(folder, { recursive: true });
});

/** `granite` is in two thirds of the pages, `slate` in one of them. */
function writeAll(version: number): void {
  const texts = Array.from({ length: 300 }, (_, number) =>
    number % 3 === 0 ? 'basalt of a quarry' : `granite of a quarry ${number === 7 ? 'slate' : ''}`,
  );
  index.replace(texts.map((text, number) => keywordPage(number, text, { version })));
}

const mergeAll = (): void => {
  while (index.merge());
};

const scoresOf = (query: string): number[] =>
  index.search(query, {}, 3).map(({ score }) => Number(score.toFixed(3)));

test('documents that change again and again leave the weights of words as they are', () => {
  writeAll(1);
  mergeAll();
  const [totals, slate, granite] = [readTotals(), scoresOf('slate'), scoresOf('granite quarry')];
  expect(totals.rows).toBe(300);
  for (const version of [2, 3, 4]) writeAll(version);
  mergeAll();
  expect(readTotals()).toEqual(totals);
  expect(scoresOf('slate')).toEqual(slate);
  expect(scoresOf('granite quarry')).toEqual(granite);
});

test('corrected totals go on with the next documents, and the index is sound', () => {
  writeAll(1);
  writeAll(2);
  mergeAll();
  index.replace([keywordPage(1_000, 'gneiss of a quarry')]);
  expect(readTotals().rows).toBe(301);
  index.remove(keywordPage(1_000, '').id, 1);
  mergeAll();
  expect(readTotals().rows).toBe(300);
  expect(index.problems()).toEqual([]);
});
