import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { editDistance } from '../../../../worker/keywords/edit-distance.ts';
import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulse-suggest-'));
const index = new KeywordIndex(openIndexFile(folder), currentSchema);
// No search for a word gives up by its limit of time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterAll(() => {
  vi.useRealTimers();
  index.close();
  rmSync(folder, { recursive: true });
});

const texts = [
  'The connection pool keeps connections open. Set max_connections.',
  'Another connection, for replication of the database.',
  'Переключение реплики и соединение с базой данных.',
  'Die Straße zum Bahnhof; the naïve approach. İstanbul, Zürich, résumé.',
];
index.replace(
  texts.map((text, number) => ({
    id: `00000000-0000-0000-0000-00000000000${number}`,
    version: 1,
    url: `https://${number % 2 === 0 ? 'a' : 'b'}.example/${number}`,
    title: '',
    domain: `${number % 2 === 0 ? 'a' : 'b'}.example`,
    language: number === 2 ? 'ru' : 'en',
    country: number === 0 ? 'DE' : null,
    isMobile: number === 1 ? true : null,
    chunks: [
      { index: 0, text, headings: [] },
      { index: 1, text: `${text} again`, headings: [] },
    ],
  })),
);

describe('for a word that no page has, the nearest one is suggested', () => {
  test.each([
    ['conection', 'connection'],
    ['connectoin', 'connection'],
    ['ocnnection', 'connection'],
    ['replicatoin', 'replication'],
    ['databse', 'database'],
    ['соединенее', 'соединение'],
    ['Bahnhoff', 'bahnhof'],
    ['cconnection', 'connection'],
    ['cannection', 'connection'],
    ['zurch', 'zürich'],
    ['resumee', 'résumé'],
    ['istanbol', 'istanbul'],
  ])('%s: %s', (word, suggested) => {
    expect(index.suggest(word)).toBe(suggested);
  });
});

test.each([
  'connection',
  'connecting',
  'maxConnections',
  'zzzzzz',
  'teh',
  'a',
  '',
  '"',
  'pool size',
])('for %j nothing is suggested', (word) => {
  expect(index.suggest(word)).toBeUndefined();
});

test('slips are letters left out, added, changed or swapped', () => {
  expect([
    editDistance('connection', 'conection'),
    editDistance('ab', 'ba'),
    editDistance('kitten', 'sitting'),
    editDistance('', 'abc'),
    editDistance('connection', 'database', 2),
  ]).toEqual([1, 1, 3, 3, Infinity]);
});

describe('the documents of a query are counted', () => {
  test('by each facet, once for all of their chunks', () => {
    expect(index.countFacetsOf('connection соединение', {}, 10)).toEqual({
      documents: 3,
      isLeast: false,
      counts: {
        domain: [
          { value: 'a.example', documents: 2 },
          { value: 'b.example', documents: 1 },
        ],
        language: [
          { value: 'en', documents: 2 },
          { value: 'ru', documents: 1 },
        ],
        country: [{ value: 'de', documents: 1 }],
        isMobile: [{ value: 'true', documents: 1 }],
      },
    });
  });
  test('within the filters, at most as many values as were asked for', () => {
    expect(index.countFacetsOf('connection', { language: 'en' }, 1)).toMatchObject({
      documents: 2,
      counts: { domain: [{ value: 'a.example', documents: 1 }] },
    });
    expect(index.countFacetsOf('nowhere', {}, 10)).toMatchObject({ documents: 0 });
  });
});
