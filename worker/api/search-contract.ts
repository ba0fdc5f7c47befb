import { z } from 'zod';

import type { Contract, Example } from './contract.ts';
import { filterText } from './input.ts';

/** The best results of both legs are merged anew for every page: more would be guesswork. */
const maxRank = 200;

const filterFields = {
  domain: filterText('host').nullish(),
  language: filterText('language').nullish(),
  country: filterText('country').nullish(),
  isMobile: z.boolean().nullish(),
};
// Strict: a misspelt filter would filter nothing, without a word.
const filters = z.strictObject(filterFields, {
  error: (issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no ${issue.keys.join(', ')}: filters are ${Object.keys(filterFields).join(', ')}`
      : undefined,
});
const count = (least: number, most: number) => z.int().min(least).max(most);
const fields = {
  query: z.string().refine((text) => text.trim() !== '', 'is empty'),
  // The predecessor calls the search by keyword by its formula.
  mode: z
    .enum(['hybrid', 'keyword', 'semantic', 'bm25'])
    .default('hybrid')
    .describe('`bm25` is another name of `keyword`'),
  limit: count(1, 100).default(10),
  offset: count(0, maxRank - 1)
    .default(0)
    .describe(`Documents to leave out; with \`limit\` at most ${maxRank}`),
  filters: filters.nullish().describe('`domain`, `language`, `country`, `isMobile`'),
  weight: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .describe('Of a hybrid search: how much meaning counts, else 0.8; words count the rest'),
  explain: z.boolean().default(false).describe('Each result says where its score comes from'),
  facets: z
    .boolean()
    .default(false)
    .describe('What is found by keyword is counted by what it can be filtered by'),
};
export const searchInput = z
  .strictObject({
    ...fields,
    mode: fields.mode.transform((mode) => (mode === 'bm25' ? 'keyword' : mode)),
  })
  .refine(({ limit, offset }) => limit + offset <= maxRank, {
    path: ['offset'],
    message: `offset and limit together are at most ${maxRank}`,
  });

/** The same in an address: `searchInput` checks what was made of it. */
export const searchQuery = z.strictObject({
  q: fields.query,
  mode: fields.mode,
  limit: fields.limit,
  offset: fields.offset,
  weight: fields.weight.unwrap().unwrap().optional(),
  explain: fields.explain,
  facets: fields.facets,
  domain: filterText('host').optional(),
  language: filterText('language').optional(),
  country: filterText('country').optional(),
  isMobile: z.boolean().optional(),
});

const share = z.object({
  rank: z.int().nullable().describe('Its place in what this way found, from 1'),
  score: z.number().nullable().describe('BM25, or a cosine'),
  share: z.number().describe('Its part of the score of the result'),
});
const term = z.object({
  term: z.string(),
  fields: z.array(z.enum(['title', 'headings', 'header', 'text'])),
});
const explanation = z.object({
  keyword: share.extend({ terms: z.array(term) }).nullable(),
  semantic: share.nullable(),
});
const result = z.object({
  id: z.uuid(),
  url: z.string(),
  title: z.string(),
  description: z.string().optional().describe('Left out while Postgres is away'),
  prefix: z.string().optional().describe('The header row of the table in which `text` begins'),
  text: z.string().describe('The chunk that matched best'),
  highlights: z
    .array(z.object({ start: z.int(), length: z.int() }))
    .optional()
    .describe('Words of the query in `text`, in UTF-16 code units'),
  headings: z
    .array(z.string())
    .nullish()
    .describe('Above the chunk, outermost first; null when it has been replaced since'),
  chunk: z.int().describe('Its place in the document, from 0'),
  score: z.number(),
  rerankScore: z.number().optional().describe('Where a reranker ordered it'),
  metadata: z.object({
    domain: z.string(),
    language: z.string().nullish(),
    country: z.string().nullish(),
    isMobile: z.boolean().nullish(),
    indexedAt: z.iso.datetime().nullish(),
  }),
  explain: explanation.optional(),
});

const milliseconds = z.number().nullable();
const counted = z.array(z.object({ value: z.string(), documents: z.int() }));
const facets = z.object({
  documents: z.int(),
  atLeast: z.boolean().describe('More match than were counted: every number is the least'),
  hosts: counted,
  languages: counted,
  countries: counted,
  isMobile: z.array(z.object({ value: z.boolean(), documents: z.int() })),
});
const searchAnswer = z.object({
  query: z.string(),
  mode: z.enum(['hybrid', 'keyword', 'semantic']),
  degraded: z.boolean().describe('Only keywords were searched, because the GPU host is away'),
  degradedBecause: z.string().nullable().describe('The code that says why'),
  total: z.int().describe('Documents among the chunks that were looked at'),
  hasMore: z.boolean(),
  reranked: z.boolean().optional().describe('Left out where there is no reranker'),
  relaxed: z.literal(true).optional().describe('Nothing has the words in quotation marks'),
  took: z
    .object({
      totalMs: z.number(),
      keywordMs: milliseconds,
      embedMs: milliseconds,
      vectorsMs: milliseconds,
      rerankMs: z.number().optional(),
      highlightMs: milliseconds,
      detailsMs: milliseconds,
    })
    .describe('Milliseconds, some side by side; null for what was not needed'),
  didYouMean: z.string().nullable().describe('The nearest word of the index for an unknown one'),
  facets: facets.nullish().describe('Null for a search by meaning'),
  results: z.array(result),
});

const answers: Contract['answers'] = {
  200: { description: 'What was found, best first', schema: searchAnswer },
};
const answer: Example['answer'] = {
  query: 'rotate a password',
  mode: 'hybrid',
  degraded: false,
  degradedBecause: null,
  total: 12,
  hasMore: true,
  took: {
    totalMs: 31.2,
    keywordMs: 3.1,
    embedMs: 19.4,
    vectorsMs: 5,
    highlightMs: 0.6,
    detailsMs: 1.1,
  },
  didYouMean: null,
  results: [
    {
      id: '02f3b2ce-1b6f-5d0c-9d3a-0f1f2e3d4c5b',
      url: 'https://docs.example.org/page',
      title: 'Page',
      description: '',
      text: 'the chunk that matched best',
      highlights: [{ start: 15, length: 7 }],
      headings: ['Operations', 'Passwords'],
      chunk: 3,
      score: 0.81,
      metadata: {
        domain: 'docs.example.org',
        language: 'en',
        country: null,
        isMobile: null,
        indexedAt: '2026-11-26T12:00:00.000Z',
      },
    },
  ],
};

export const searchContract: Contract = {
  group: 'search',
  summary: 'Searches',
  body: searchInput,
  answers,
  example: {
    body: { query: 'rotate a password', limit: 5, filters: { domain: 'docs.example.org' } },
    answer,
  },
};
export const addressSearchContract: Contract = {
  group: 'search',
  summary: 'Searches, asked in the address',
  query: searchQuery,
  answers,
  example: {
    query: { q: 'rotate a password', mode: 'keyword', limit: 5, domain: 'docs.example.org' },
    answer,
  },
};
