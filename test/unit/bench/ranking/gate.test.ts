import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { listFallen, raise } from '../../../../bench/ranking/gate.ts';
import { cosine, formatVector, StoredVectors } from '../../../../bench/ranking/stored-vectors.ts';
import { makeTestFolder } from '../../../harness/test-folder.ts';

const figure = (of: string, keyword: number, hybrid?: number) => ({
  of,
  queries: 10,
  plain: 0.5,
  keyword,
  ...(hybrid !== undefined && { hybrid }),
});
const kept = { keyword: { all: 0.8, names: 0.9 }, hybrid: { all: 0.9 } };

describe('the gate of ranking', () => {
  test('fails for each figure that fell, and for one of which none is kept', () => {
    const figures = [figure('all', 0.79, 0.95), figure('names', 0.9), figure('typo', 0.5, 0.5)];
    expect(listFallen(figures, kept)).toEqual([
      'keyword, all: 0.7900, kept is 0.8',
      'keyword, typo: 0.5000, kept is none',
      'hybrid, typo: 0.5000, kept is none',
    ]);
  });

  test('takes a figure for the same that differs in the fourth digit', () => {
    expect(listFallen([figure('all', 0.7996, 0.8996)], kept)).toEqual([]);
  });

  test('keeps what rose, and never what fell', () => {
    expect(raise([figure('all', 0.79, 0.95123), figure('names', 0.98)], kept)).toEqual({
      keyword: { all: 0.8, names: 0.98 },
      hybrid: { all: 0.9512 },
    });
    expect(raise([figure('all', 0.7, 0.6)], { keyword: {}, hybrid: {} })).toEqual({
      keyword: { all: 0.7 },
      hybrid: { all: 0.6 },
    });
  });
});

test('a stored vector points where the one that was made does', () => {
  const made = Array.from({ length: 384 }, (_, index) => Math.sin(index * 1.7));
  const length = Math.hypot(...made);
  const file = join(makeTestFolder(), 'vectors.tsv');
  writeFileSync(file, formatVector('ein Text', made) + formatVector('other', [1, -1]));
  const stored = new StoredVectors(file);
  const unit = made.map((value) => value / length);
  expect(cosine(stored.of('ein Text'), unit)).toBeGreaterThan(0.9999);
  expect(() => stored.of('another text')).toThrow('npm run ranking -- --vectors');
});
