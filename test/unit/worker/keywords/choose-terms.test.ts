import { describe, expect, test } from 'vitest';

import { chooseTerms } from '../../../../worker/keywords/choose-terms.ts';
import { parseQuery } from '../../../../worker/text/query.ts';
import type { QueryTerm } from '../../../../worker/text/query.ts';

describe('a word that may mean one with an umlaut', () => {
  const counts: Readonly<Record<string, number>> = {
    does: 900,
    dos: 3,
    koeln: 1,
    koln: 5,
    mull: 2,
    poem: 4,
    pom: 7,
  };
  const index = { countChunksWith: ({ terms }: QueryTerm) => counts[terms.join(' ')] ?? 0 };
  const chosen = (query: string) =>
    chooseTerms(index, parseQuery(query).words).map(({ terms }) => terms.join(' '));

  test('is asked alone where it is the usual one', () =>
    expect([chosen('does'), chosen('poem')]).toEqual([['does'], ['poem']]));

  test('is asked with the other where that is much more frequent', () =>
    expect(chosen('Koeln')).toEqual(['koeln', 'koln']));

  test('is asked with the other where no chunk has it', () =>
    expect(chosen('muell')).toEqual(['muell', 'mull']));

  // A part of a name, as in XMLHttpRequest, is no word of a text.
  test('is asked where no chunk has either', () => expect(chosen('request')).toEqual(['request']));
});
