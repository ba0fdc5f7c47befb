import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { buildWordFinder } from '../../../../worker/text/find-words.ts';
import { tokenize } from '../../../../worker/text/tokenize.ts';

/** The words that a finder finds, with a mark before each that does not follow the one before it. */
function listRuns(found: Iterable<readonly [place: number, term: string]>): string[] {
  let last = -1;
  return [...found].map(([place, term]) => {
    const follows = place === last + 1;
    last = place;
    return follows ? term : `… ${term}`;
  });
}

function expectThoseOfTokenize(text: string, beginnings: readonly string[]): void {
  const wanted = [...tokenize(text).entries()]
    .map(([place, { term }]) => [place, term] as const)
    .filter(([, term]) => beginnings.some((one) => term.startsWith(one)));
  expect(listRuns(buildWordFinder(beginnings)(text))).toEqual(listRuns(wanted));
}

test('finds the words that tokenize has, in English prose and in other languages', () => {
  for (const name of ['README.md', 'docs/search.md', 'docs/inputs.md', 'CHANGELOG.md']) {
    const text = readFileSync(join(import.meta.dirname, '../../../..', name), 'utf8');
    for (const paragraph of text.split('\n\n'))
      expectThoseOfTokenize(paragraph, ['searc', 'th', 'a', '5', 'straß', 'c+', '検索']);
  }
});

test('finds the words that tokenize has, whatever stands between them', () => {
  const words = [
    'a',
    'An',
    'ant',
    'C++',
    'c#',
    'C#x',
    '7',
    '7++',
    'don’t',
    "it's",
    '**A**n',
    'a**s**',
  ];
  const between = [' ', ' ', '\n', '-', ' – ', '…', '.', '“', '”', '/', '\0', '+', '#'];
  const others = ['x'.repeat(300), 'é', 'Straße', '検索', '\u00AD', '\u200B', 'ﬁ'];
  const parts = fc.constantFrom(...words, ...between, ...others);
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 30 }),
      fc.subarray(['a', 'an', 'c', 'c+', '7', 'don', 'fo', 'ba', 'x', 'strass', 'é', 't', 's']),
      (text, beginnings) => expectThoseOfTokenize(text.join(''), beginnings),
    ),
    { numRuns: 2_000 },
  );
});
