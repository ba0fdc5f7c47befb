import { expect, test } from 'vitest';

import { describeAnswer } from '../../../../worker/page/results.ts';
import type { SearchAnswer } from '../../../../worker/search/answer.ts';

const empty: SearchAnswer = {
  mode: 'keyword',
  degraded: false,
  degradedBecause: null,
  total: 0,
  hasMore: false,
  reranked: undefined,
  took: {
    totalMs: 1,
    keywordMs: 1,
    embedMs: null,
    vectorsMs: null,
    highlightMs: null,
    detailsMs: null,
  },
  didYouMean: null,
  facets: undefined,
  results: [],
};

test('an answer without a phrase that was asked for says so', () => {
  const note = 'No page has the words in quotation marks in a row.';
  expect(String(describeAnswer(empty, {}))).not.toContain(note);
  expect(String(describeAnswer({ ...empty, relaxed: true }, {}))).toContain(note);
});
