import { z } from 'zod';

import { crawlStates, pageOutcomes } from '../records/crawls.ts';
import type { Contract } from './contract.ts';
import { readCursor } from './cursors.ts';
import { exampleId, stateSchema } from './document-contracts.ts';
import { pageOf } from './document-list-contracts.ts';
import { pageSize } from './input.ts';

/** What crawls and senders are called. */
export const crawlName = /^[\w.:-]{1,200}$/;
/** Longer than a URL and what stands around it. */
const maxPageCursor = 9_000;

const params = z.object({ id: z.string().describe('As its sender calls the crawl') });
const noCrawl = { 404: 'There is no such crawl' };
const moment = z.iso.datetime().nullable();

const outcomes = {
  seen: z.int().describe('Every page of which something is known: the sum of the next five'),
  accepted: z.int().describe('Came in, with another content than before'),
  unchanged: z.int(),
  older: z.int().describe('Came in too late: what is stored is newer'),
  failed: z.int().describe('The sender did not get it, or robots.txt forbids it'),
  rejected: z.int().describe('Came in, and is no document'),
};
const missing = z.int().nullable().describe('Null as long as the sender was not asked');
const crawl = {
  id: z.string(),
  source: z.string(),
  kind: z.enum(['crawl', 'batch-scrape']),
  url: z.string().nullable().describe('The shortest address of its pages'),
  state: z.enum(crawlStates),
  reason: z.string().nullable().describe('What its sender said of a crawl that failed'),
  startedAt: z.iso.datetime(),
  endedAt: moment,
  lastDeliveryAt: z.iso.datetime(),
};
const reconciled = z.object({
  at: moment,
  state: z.enum(['not-asked', 'waiting', 'complete', 'incomplete', 'expired']),
  code: z.string().nullable(),
  problem: z.string().nullable(),
  total: z.int().nullable().describe('Pages, as the sender counts them'),
  nextAt: moment.describe('When the sender is asked next'),
});
const listedCrawl = z.object({ ...crawl, pages: z.object({ ...outcomes, missing }), reconciled });
const shownCrawl = z.object({
  ...crawl,
  pages: z.object({
    ...outcomes,
    indexed: z.int(),
    pending: z.int(),
    notIndexed: z.int().describe('Indexing has failed, or was cancelled'),
    missing,
  }),
  reconciled,
  times: z.object({
    p50ToKeywordMs: z.number().nullable(),
    p95ToIndexedMs: z.number().nullable(),
  }),
});

const exampleCrawl = {
  id: 'c1',
  source: 'firecrawl',
  kind: 'crawl',
  url: 'https://docs.example.org/',
  state: 'completed',
  reason: null,
  startedAt: '2026-11-26T12:00:00.000Z',
  endedAt: '2026-11-26T12:02:00.000Z',
  lastDeliveryAt: '2026-11-26T12:02:00.000Z',
};
const exampleOutcomes = {
  seen: 41,
  accepted: 38,
  unchanged: 2,
  older: 0,
  failed: 1,
  rejected: 0,
};
const exampleReconciled = {
  at: '2026-11-26T12:02:30.000Z',
  state: 'complete',
  code: null,
  problem: null,
  total: 41,
  nextAt: null,
};

export const crawlsQuery = z.strictObject({
  state: z.enum(crawlStates).optional(),
  source: z
    .string()
    .regex(crawlName, 'is no name of a sender')
    .optional()
    .describe('Such as `firecrawl`'),
  limit: pageSize,
  cursor: readCursor(/^w(\d{1,16})\/([\w.:-]{1,200})$/, 400).optional(),
});
export const crawlsContract: Contract = {
  group: 'crawls',
  summary: 'Lists crawls, the newest first',
  description: 'A page has 50 at most.',
  query: crawlsQuery,
  answers: {
    200: {
      description: 'A page of the list',
      schema: pageOf(listedCrawl),
    },
  },
  example: {
    query: { state: 'completed', source: 'firecrawl', limit: 20 },
    answer: {
      items: [
        {
          ...exampleCrawl,
          pages: { ...exampleOutcomes, missing: 0 },
          reconciled: exampleReconciled,
        },
      ],
      next: null,
    },
  },
};
export const crawlContract: Contract = {
  group: 'crawls',
  summary: 'Shows a crawl and what became of its pages',
  params,
  answers: { 200: { description: 'The crawl', schema: shownCrawl } },
  problems: noCrawl,
  example: {
    params: { id: 'c1' },
    answer: {
      ...exampleCrawl,
      pages: { ...exampleOutcomes, indexed: 40, pending: 0, notIndexed: 0, missing: 0 },
      reconciled: exampleReconciled,
      times: { p50ToKeywordMs: 1_840, p95ToIndexedMs: 9_120 },
    },
  },
};

export const crawlPagesQuery = z.strictObject({
  outcome: z.enum(pageOutcomes).optional(),
  limit: pageSize,
  cursor: readCursor(/^p(.*)$/s, maxPageCursor).optional(),
});
const crawlPage = z.object({
  url: z.string().describe('Empty where the sender named none'),
  outcome: z.enum(pageOutcomes),
  via: z.enum(['webhook', 'reconciliation']),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  documentId: z.uuid().nullable(),
  state: stateSchema.nullable(),
  at: z.iso.datetime(),
});
export const crawlPagesContract: Contract = {
  group: 'crawls',
  summary: 'Lists the pages of a crawl by their URLs',
  params,
  query: crawlPagesQuery,
  answers: {
    200: {
      description: 'A page of the list',
      schema: pageOf(crawlPage),
    },
  },
  problems: noCrawl,
  example: {
    params: { id: 'c1' },
    query: { outcome: 'accepted' },
    answer: {
      items: [
        {
          url: 'https://docs.example.org/page',
          outcome: 'accepted',
          via: 'webhook',
          code: null,
          reason: null,
          documentId: exampleId,
          state: 'indexed',
          at: '2026-11-26T12:00:01.000Z',
        },
      ],
      next: null,
    },
  },
};

export const reconcileContract: Contract = {
  group: 'crawls',
  summary: 'Has the sender of a crawl asked for lost pages',
  description: 'Within some seconds, whatever the state.',
  params,
  answers: {
    202: {
      description: 'It is asked soon',
      schema: z.object({
        id: z.string(),
        reconciled: z.object({ state: z.literal('waiting') }),
      }),
    },
  },
  problems: { ...noCrawl, 409: '`pulse:firecrawlUrl` is not set: there is nobody to ask' },
  example: { params: { id: 'c1' }, answer: { id: 'c1', reconciled: { state: 'waiting' } } },
};

export const pruneBody = z.strictObject({
  confirm: z.int().min(0).describe('How many documents it would delete'),
});
const unseenOfHost = z.object({ host: z.string(), documents: z.int(), unseen: z.int() });
export const pruneContract: Contract = {
  group: 'crawls',
  summary: 'Deletes the documents of the hosts of a crawl that it has not seen',
  description:
    'Those that came in before it began. With another number than it would delete it is refused, ' +
    'and says how many and which.',
  params,
  body: pruneBody,
  answers: {
    202: {
      description: 'They are deleted',
      schema: z.object({ id: z.string(), documents: z.int() }),
    },
  },
  problems: {
    ...noCrawl,
    409: {
      description: 'It is not known what the crawl has not seen, or the number is another',
      fields: z.object({
        count: z.int().optional().describe('How many it would delete'),
        hosts: z.array(unseenOfHost).optional(),
        urls: z.array(z.string()).optional().describe('The first 20'),
      }),
    },
  },
  example: { params: { id: 'c1' }, body: { confirm: 12 }, answer: { id: 'c1', documents: 12 } },
};
