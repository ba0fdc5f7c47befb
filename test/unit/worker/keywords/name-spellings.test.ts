import { describe, expect, test } from 'vitest';

import { indexTexts } from './indexed-texts.ts';

describe('a name with signs and the same name as one word', () => {
  test.each([
    { name: 'SHA-256', word: 'SHA256' },
    { name: 'e-mail', word: 'email' },
    { name: 'max_connections', word: 'maxconnections' },
    { name: '--dry-run', word: 'dryrun' },
    { name: '1.000.000', word: '1000000' },
  ])('find each other: $name and $word', ({ name, word }) => {
    const { index, find } = indexTexts('a lantern', `see ${word} here`, `or ${name} there`);
    expect(new Set(find(name))).toEqual(new Set([1, 2]));
    expect(new Set(find(word))).toEqual(new Set([1, 2]));
    expect(find(`the ${name} of the lantern by a door`)).toContain(1);
    expect(index.countFacetsOf(name, {}, 5)).toMatchObject({ documents: 2 });
  });

  test('count once where a text has both', () => {
    const { find } = indexTexts(
      'the re-entry or reentry of a rocket',
      'the re-entry of a vehicle here',
      ...Array.from({ length: 20 }, (_, number) => `granite ${number} of a vehicle and a harbour`),
    );
    expect(find('what is the re-entry of a vehicle', 2)).toEqual([1, 0]);
  });
});

const long = 'It says more about the matter, and how it is set in the file of the server. '.repeat(
  8,
);
const others = Array.from(
  { length: 400 },
  (_, number) => `lantern granite n${number} v1.${number}.0`,
);

describe('a name that a sentence puts signs around', () => {
  test.each(['192.168.0.17?', '(192.168.0.17)', '192.168.0.17:', '“192.168.0.17”,'])(
    'is found as it is without them: %s',
    (query) => {
      const parts = Array.from({ length: 40 }, () => '192.168.17.0 and 192.168.17.17');
      const { find } = indexTexts(...parts, `About 192.168.0.17 here. ${long}`, ...others);
      expect(find(query)[0]).toBe(40);
    },
  );

  test('keeps the signs that it has in texts', () => {
    const { find } = indexTexts('indexing, indexing, indexing', `the folder indexing/ ${long}`);
    expect(find('indexing/')).toEqual([1, 0]);
    const calls = indexTexts('bm25 and bm25', `call bm25() ${long}`);
    expect(calls.find('bm25()')).toEqual([1, 0]);
    expect(calls.find('(bm25())?')).toEqual([1, 0]);
  });
});

describe('a name in quotation marks', () => {
  test.each([
    { name: 'max_connections', parts: 'max connections: raise the max connections' },
    { name: 'node.js', parts: 'js of the node: node js' },
    { name: '--dry-run', parts: 'a dry run: dry run' },
  ])('is found before the words that it is made of: $name', ({ name, parts }) => {
    const having = Array.from({ length: 40 }, () => parts);
    const { index, find } = indexTexts(...having, `About ${name} here. ${long}`, ...others);
    for (const query of [name, `"${name}"`, `“${name}”`, `lantern "${name}"`])
      expect(find(query)[0]).toBe(40);
    expect(index.countFacetsOf(`"${name}"`, {}, 5)?.documents).toBeLessThanOrEqual(41);
  });

  test('does not stand for a phrase that goes on', () => {
    const { find } = indexTexts('set max_connections', 'max_connections is set', 'maxConnections');
    expect(find('"set max_connections"')).toEqual([0]);
    expect(new Set(find('"max connections"'))).toEqual(new Set([0, 1, 2]));
  });
});

test.each(['lantern', 'what lantern', 'lantern my', 'from lantern'])(
  'a word that many texts have does not raise those that have it: %s',
  (query) => {
    const { find } = indexTexts(
      'Clean a lantern with a cloth; trim the wick of a lantern once each week, and keep it dry.',
      'We went out in my boat, and what I saw was rain from north; there was a lantern somewhere.',
      ...Array.from({ length: 100 }, (_, number) =>
        number % 3 === 0 ? `granite ${number}` : `what is said of my granite from here ${number}`,
      ),
    );
    expect(find(query, 2)).toEqual([0, 1]);
  },
);

test.each([
  { query: 'create type', first: 0 },
  { query: 'create', first: 1 },
  { query: 'Größe', first: 2 },
])('the very spelling counts for a query of one word: $query', ({ query, first }) => {
  const { find } = indexTexts(
    'Types are created with a name; creating types needs a role; of types created before see there.',
    'To create it again, look for the type of the file in the list, and write the name of the file.',
    'Die Größe steht unten neben dem Namen, und daneben steht das Datum der letzten Änderung davon.',
    'Die Grosse und die Grosse der Grosse: Grosse.',
    ...others,
  );
  expect(find(query)[0]).toBe(first);
});

test.each([
  { product: 'Widget', first: 'Widget 1.7' },
  { product: 'Python', first: 'Python 1.7' },
  { product: 'Widget', first: 'what is new in widget 1.7?' },
])('a release of two numbers is found before others: $first', ({ product, first }) => {
  const releases = Array.from(
    { length: 20 },
    (_, number) => `Release of ${product} 1.${number}, after ${(number * 7) % 20} and 1 and 7 days`,
  );
  const { find } = indexTexts(...releases, ...others);
  expect(find(first)[0]).toBe(7);
});

test('an amount that very many texts have is no name', () => {
  const { index, find } = indexTexts(
    ...Array.from({ length: 1_100 }, (_, number) => `some 0.5 of ${number} and 2.5`),
    'the share of granite in it is 0 of 5 parts of granite',
  );
  expect(find('what is the granite of 0.5')[0]).toBe(1_100);
  expect(index.search('what is the granite of 0.5', {}, 5)).toHaveLength(5);
});
