import { describe, expect, test } from 'vitest';

import { pointId } from '../../../worker/vectors/points.ts';
import { compareStores } from '../../harness/consistency.ts';
import type { Acceptable } from '../../harness/intake.ts';
import type { StoredChunk, Stored } from '../../harness/stored.ts';

const url = 'https://example.test/a';
const passages: StoredChunk[] = [0, 1].map((chunk) => ({
  documentId: 'a',
  version: 7,
  chunk,
  text: ['red fox', 'blue sky'][chunk] as string,
}));
const whole: Stored = {
  documents: [
    {
      documentId: 'a',
      url,
      version: 7,
      contentHash: 'hash',
      text: 'red fox\n\nblue sky',
      state: 'indexed',
      code: null,
    },
  ],
  chunks: passages,
  keywordRows: passages,
  points: passages.map((passage) => ({
    ...passage,
    pointId: pointId(url, passage.chunk),
    vector: [0.6, 0.8],
  })),
};
const acknowledged = new Map<string, Acceptable>([[url, new Set(['hash'])]]);
const compare = (stored: Partial<Stored>, expected = acknowledged, failures = {}) =>
  compareStores(expected, { ...whole, ...stored }, failures, 2);
const [firstPoint, secondPoint] = whole.points as [
  Stored['points'][number],
  Stored['points'][number],
];
const [document] = whole.documents as [Stored['documents'][number]];

describe('the consistency check', () => {
  test('finds nothing when every chunk has its keyword row and its point once', () => {
    expect(compare({})).toEqual([]);
  });

  test.for<[string, Partial<Stored>, RegExp]>([
    [
      'a missing document',
      { documents: [], chunks: [], keywordRows: [], points: [] },
      /acknowledged and is gone/,
    ],
    [
      'outdated content',
      { documents: [{ ...document, contentHash: 'old' }] },
      /not the one acknowledged last/,
    ],
    [
      'a document that was never sent',
      { documents: [document, { ...document, url: 'https://example.test/b' }] },
      /unacknowledged/,
    ],
    [
      'a document still in progress',
      { documents: [{ ...document, state: 'pending' }] },
      /pending .* not indexed/,
    ],
    [
      'a failed document',
      { documents: [{ ...document, state: 'failed', code: 'TEI_ANSWER' }] },
      /failed \(TEI_ANSWER\)/,
    ],
    ['a document without chunks', { chunks: [], keywordRows: [], points: [] }, /without chunks/],
    [
      'text that no chunk has',
      { documents: [{ ...document, text: 'red fox\n\nblue sky lost' }] },
      /"lost"/,
    ],
    ['a missing point', { points: [firstPoint] }, /1 points: .*missing: 7\/1/],
    [
      'a duplicate point',
      { points: [firstPoint, secondPoint, { ...secondPoint, pointId: 'other' }] },
      /3 points: too many/,
    ],
    [
      'a point of an older version',
      { points: [firstPoint, { ...secondPoint, version: 6 }] },
      /too many: 6\/1/,
    ],
    [
      'a point whose id does not match its place',
      { points: [firstPoint, { ...secondPoint, pointId: 'other' }] },
      /would not overwrite/,
    ],
    [
      'a vector of zeros',
      { points: [firstPoint, { ...secondPoint, vector: [0, 0] }] },
      /vector of chunk 1/,
    ],
    [
      'a duplicate keyword row',
      { keywordRows: [...passages, passages[1] as StoredChunk] },
      /3 keyword rows: too many/,
    ],
    [
      'a keyword row with another text',
      {
        keywordRows: [
          passages[0] as StoredChunk,
          { ...(passages[1] as StoredChunk), text: 'grey' },
        ],
      },
      /missing: 7\/1\/blue sky/,
    ],
    [
      'keyword rows of a document that no longer exists',
      { keywordRows: [...passages, { documentId: 'b', version: 1, chunk: 0, text: '' }] },
      /1 keyword rows of b/,
    ],
    [
      'a chunk of an older version',
      { chunks: [passages[0] as StoredChunk, { ...(passages[1] as StoredChunk), version: 6 }] },
      /chunks: too many: 6\/1/,
    ],
  ])('finds %s', ([, stored, line]) => {
    expect(compare(stored).join('\n')).toMatch(line);
  });

  test('accepts either content after a lost answer, and a missing document only after a delete', () => {
    expect(compare({}, new Map([[url, new Set(['hash', 'newer'])]]))).toEqual([]);
    expect(compare({}, new Map([[url, new Set(['gone'])]]))).not.toEqual([]);
    expect(
      compare(
        { documents: [], chunks: [], keywordRows: [], points: [] },
        new Map([[url, new Set(['gone'])]]),
      ),
    ).toEqual([]);
  });

  test('requires that a document that cannot be indexed failed with its code', () => {
    const failures = { [url]: 'TEI_ANSWER' };
    expect(compare({}, acknowledged, failures)).not.toEqual([]);
    expect(
      compare(
        { documents: [{ ...document, state: 'failed', code: 'TEI_ANSWER' }] },
        acknowledged,
        failures,
      ),
    ).toEqual([]);
  });
});
