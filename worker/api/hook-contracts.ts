import { z } from 'zod';

import type { Contract } from './contract.ts';

const counts = z.object({
  accepted: z.int(),
  unchanged: z.int(),
  older: z.int().describe('Replaces nothing: what is there is newer'),
  failed: z.int().describe('The crawler did not get it'),
  rejected: z.int().describe('Is no document'),
});
const answers: Contract['answers'] = {
  202: {
    description: 'The delivery, its pages and their crawl are on disk in Postgres',
    schema: z.object({
      deliveryId: z.string(),
      outcome: z
        .enum(['stored', 'duplicate', 'ignored'])
        .describe('`duplicate`: stored before. `ignored`: a test, or about no page'),
      pages: counts,
    }),
  },
};
const problems: Contract['problems'] = {
  403: 'The address of the sender is not allowed',
  422: 'It is not what the sender sends',
};
const answer = {
  deliveryId: '7d1f2c1e-5c0a-4b59-8f63-0a1b2c3d4e5f',
  outcome: 'stored',
  pages: { accepted: 1, unchanged: 0, older: 0, failed: 0, rejected: 0 },
};

export const firecrawlContract: Contract = {
  group: 'webhooks',
  summary: 'Takes what Firecrawl delivers',
  description: 'Versions 0, 1 and 2, events of crawls and batches. Others are ignored.',
  takes: 'signature',
  body: z.looseObject({
    type: z.string().describe('The event, such as `crawl.page`'),
    id: z.string().optional().describe('The crawl; `jobId` is another name'),
    success: z.boolean().optional(),
    error: z.string().nullish(),
    webhookId: z.string().optional().describe('Names the delivery; else its bytes do'),
    data: z.unknown().optional().describe('A page, or a list of up to 10,000'),
  }),
  answers,
  problems,
  example: {
    body: {
      success: true,
      type: 'crawl.page',
      id: 'c1',
      data: [{ markdown: 'Its text.', metadata: { sourceURL: 'https://docs.example.org/page' } }],
    },
    answer,
  },
};

export const changedetectionContract: Contract = {
  group: 'webhooks',
  summary: 'Takes what changedetection.io sends',
  description: 'By itself, or in the envelope of Apprise.',
  takes: 'token',
  body: z.looseObject({
    watch_url: z.string(),
    current_snapshot: z.string().describe('The text of the page'),
    watch_uuid: z.string().optional(),
    watch_title: z.string().nullish(),
    change_datetime: z.string().optional(),
  }),
  answers,
  problems,
  example: {
    body: {
      watch_uuid: '0192f0a0-5e0e-7c1c-9a0a-6f6f6f6f6f6f',
      watch_url: 'https://docs.example.org/page',
      watch_title: 'Page',
      change_datetime: '2026-11-26T12:00:00+0000',
      current_snapshot: 'Its text.',
    },
    answer,
  },
};
