import { describe, expect, test } from 'vitest';

import {
  compareChunks,
  comparePoints,
  listPointIds,
  compareStrays,
  compareKeywords,
} from '../../../worker/audit/compare.ts';

const document = {
  documentId: 'd',
  versionId: 7,
  url: 'https://a.example/',
  state: 'indexed',
  chunks: 3,
};
const entry = { id: 'd', url: document.url, version: 7, passages: 3, rows: 3 };
const kinds = (findings: readonly { kind: string }[]) => findings.map(({ kind }) => kind);

describe('keyword rows', () => {
  test.each([
    ['as many as chunks, of the same version', entry, []],
    ['none', undefined, ['missing']],
    ['fewer', { ...entry, passages: 2, rows: 2 }, ['missing']],
    ['passages without their words', { ...entry, rows: 1 }, ['missing']],
    ['more', { ...entry, passages: 4, rows: 4 }, ['duplicate']],
    ['of an older version', { ...entry, version: 6 }, ['stale']],
  ])('%s', (_, found, expected) =>
    expect(kinds(compareKeywords(document, found))).toEqual(expected),
  );
});

describe('points', () => {
  const ids = listPointIds(document);
  const point = (id: string) => ({ id, documentId: 'd', version: 7, chunk: 0 });

  test.each([
    ['one a chunk, of the same version', [7, 7, 7], []],
    ['none', [], ['missing']],
    ['some of an older version', [7, 6, 6], ['stale']],
    ['one gone and one stale', [7, 6], ['missing', 'stale']],
  ])('%s', (_, versions, expected) =>
    expect(kinds(comparePoints(document, versions))).toEqual(expected),
  );

  test('in the places where they belong are no strays', () =>
    expect(compareStrays('d', ids.map(point), document)).toEqual([]));
  test('in another place are, and are named', () =>
    expect(compareStrays('d', [...ids, 'x'].map(point), document)).toMatchObject([
      { kind: 'duplicate', points: ['x'] },
    ]));
  test('of a document under way are not judged', () =>
    expect(compareStrays('d', [point('x')], { ...document, state: 'pending' })).toEqual([]));
  test('of no document are orphans', () =>
    expect(compareStrays('d', [point('x')], undefined)).toMatchObject([
      { kind: 'orphan', version: 7 },
    ]));
});

test('an indexed document without chunks has lost them', () =>
  expect(kinds(compareChunks({ ...document, chunks: 0 }))).toEqual(['missing']));
