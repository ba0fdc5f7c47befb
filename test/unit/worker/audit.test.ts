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

describe('the audit of keyword rows', () => {
  test.each([
    ['nothing when each chunk has one of the same version', entry, []],
    ['missing rows when there are none', undefined, ['missing']],
    [
      'missing rows when there are fewer than chunks',
      { ...entry, passages: 2, rows: 2 },
      ['missing'],
    ],
    ['missing rows when chunks are stored but not searchable', { ...entry, rows: 1 }, ['missing']],
    [
      'duplicate rows when there are more than chunks',
      { ...entry, passages: 4, rows: 4 },
      ['duplicate'],
    ],
    ['stale rows of an older version', { ...entry, version: 6 }, ['stale']],
  ])('reports %s', (_, found, expected) =>
    expect(kinds(compareKeywords(document, found))).toEqual(expected),
  );
});

describe('the audit of points', () => {
  const ids = listPointIds(document);
  const point = (id: string) => ({ id, documentId: 'd', version: 7, chunk: 0 });

  test.each([
    ['nothing when each chunk has one of the same version', [7, 7, 7], []],
    ['missing points when there are none', [], ['missing']],
    ['stale points of an older version', [7, 6, 6], ['stale']],
    ['a missing and a stale point', [7, 6], ['missing', 'stale']],
  ])('reports %s', (_, versions, expected) =>
    expect(kinds(comparePoints(document, versions))).toEqual(expected),
  );

  test('reports nothing when every point is in its place', () =>
    expect(compareStrays('d', ids.map(point), document)).toEqual([]));
  test('reports and names a point in a wrong place as a duplicate', () =>
    expect(compareStrays('d', [...ids, 'x'].map(point), document)).toMatchObject([
      { kind: 'duplicate', points: ['x'] },
    ]));
  test('skips the points of a document that is still in progress', () =>
    expect(compareStrays('d', [point('x')], { ...document, state: 'pending' })).toEqual([]));

  test('is made for a document with 200,000 points that is not there', () => {
    expect(compareStrays('d', Array(200_000).fill(point('x')), undefined)).toMatchObject([
      { kind: 'orphan', version: 7, problem: '200000 points of a document that is not there' },
    ]);
  });
  test('reports points without a document as orphans', () =>
    expect(compareStrays('d', [point('x')], undefined)).toMatchObject([
      { kind: 'orphan', version: 7 },
    ]));
});

test('the audit reports an indexed document without chunks', () =>
  expect(kinds(compareChunks({ ...document, chunks: 0 }))).toEqual(['missing']));
