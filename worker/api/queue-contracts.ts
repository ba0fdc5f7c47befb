import { z } from 'zod';

import { isCode } from '../../shared/explain.ts';
import { isDocumentId } from '../documents/document-id.ts';
import { listStates } from '../operator/listing.ts';
import type { Contract } from './contract.ts';
import { exampleId } from './document-contracts.ts';
import { pageSize } from './input.ts';
import { listLimit } from './limits.ts';

const code = z.string().max(100).refine(isCode, 'is no code that Pulse knows');
const ids = z
  .array(z.string().max(100).refine(isDocumentId, 'is no id of a document'))
  .min(1)
  .max(listLimit);
const all = z.literal(true);
const stage = z.enum(['indexing', 'embedding']);

const named = (fields: string) => (value: object, context: z.RefinementCtx) => {
  if (Object.values(value).filter((one) => one !== undefined).length === 1) return;
  context.addIssue({ code: 'custom', message: `name one of ${fields}` });
};

export const noInput = z.strictObject({});
export const jobsQuery = z.strictObject({
  state: z.enum(listStates).optional(),
  code: code.optional().describe('With which they failed last'),
  limit: pageSize.describe('Of each state and queue'),
});
export const retryBody = z
  .strictObject({ all: all.optional(), code: code.optional(), ids: ids.optional() })
  .superRefine(named('all, code and ids'));
export const cancelBody = z
  .strictObject({ all: all.optional(), ids: ids.optional() })
  .superRefine(named('all and ids'));
export const limitBody = z.strictObject({
  limit: z
    .union([z.int().min(1), z.null(), z.literal('default')], 'is no number, null or "default"')
    .describe('Null for as many as they can; `default` for the setting of the stack'),
});

const counts = z.object({
  waiting: z.int().describe('In the queue, or in Postgres until the queue has room'),
  active: z.int(),
  delayed: z.int().describe('Wait out the time after a failure'),
  failed: z.int(),
  paused: z.boolean(),
  limit: z.int().nullable().describe('Jobs that all workers together may work on'),
});
/** Second, then a number for each queue. A tuple would be written as an older JSON Schema. */
const points = z.array(z.array(z.int()).length(3));
/** How the queues are now. */
export const queueNow = {
  why: z.object({
    moving: z.boolean().describe('Work goes on, or there is none'),
    reason: z.string(),
    code: z.string().nullable(),
  }),
  queues: z.object({ indexing: counts, embedding: counts }),
  oldestSeconds: z
    .int()
    .nullable()
    .describe('Since the document came in that has been pending for the longest'),
};
const orders = z.object({ paused: z.boolean(), limit: z.int().nullable() });

const exampleCounts = {
  waiting: 12,
  active: 4,
  delayed: 0,
  failed: 1,
  paused: false,
  limit: null,
};
export const exampleQueue = {
  why: {
    moving: true,
    reason: 'It moves: 8 active, 24 waiting, 2 worker(s) take jobs.',
    code: null,
  },
  queues: { indexing: exampleCounts, embedding: exampleCounts },
  oldestSeconds: 9,
};

export const queueContract: Contract = {
  group: 'operations',
  summary: 'Shows the queues now and in the last hour',
  description:
    '`depth` has a sample of the documents that are not done every 15 s, `throughput` the jobs that ' +
    'ended well in each minute. A point is the time in seconds since 1970, then the number of the ' +
    'queue `indexing` and that of `embedding`.',
  query: noInput,
  answers: {
    200: {
      description: 'The queues',
      schema: z.object({ ...queueNow, depth: points, throughput: points }),
    },
  },
  example: {
    answer: {
      ...exampleQueue,
      depth: [[1_795_700_000, 16, 16]],
      throughput: [[1_795_699_980, 41, 39]],
    },
  },
};

export const jobsContract: Contract = {
  group: 'operations',
  summary: 'Lists the documents that are not done',
  description:
    'Those that are being worked on, wait, are delayed, have failed or were cancelled. With `code`, ' +
    'delayed ones are looked for among the first 1,000 of their queue.',
  query: jobsQuery,
  answers: {
    200: {
      description: 'The documents by state',
      schema: z.object({
        items: z.array(
          z.object({
            state: z.enum(listStates),
            queue: stage,
            url: z.string(),
            documentId: z.string(),
            ageSeconds: z.int().describe('Since it was taken, came into the queue, or ended'),
            attempt: z.string().nullable().describe('As `2 of 5`'),
            dueInSeconds: z.int().nullable(),
            worker: z.string().nullable(),
            code: z.string().nullable(),
            reason: z.string().nullable(),
          }),
        ),
      }),
    },
  },
  example: {
    query: { state: 'failed' },
    answer: {
      items: [
        {
          state: 'failed',
          queue: 'embedding',
          url: 'https://docs.example.org/page',
          documentId: exampleId,
          ageSeconds: 340,
          attempt: null,
          dueInSeconds: null,
          worker: null,
          code: 'TEI_DIMENSION',
          reason: 'TEI answers 768 numbers, 1024 are configured',
        },
      ],
    },
  },
};

export const retryContract: Contract = {
  group: 'operations',
  summary: 'Has documents worked on again',
  description:
    'All that failed, those that failed with a code, or those that are named; of these, also those ' +
    'that were cancelled.',
  body: retryBody,
  answers: {
    202: { description: 'How many there were', schema: z.object({ retried: z.int() }) },
  },
  example: { body: { code: 'TEI_TIMEOUT' }, answer: { retried: 7 } },
};

export const cancelContract: Contract = {
  group: 'operations',
  summary: 'Keeps documents that wait from being indexed',
  description: 'Those that are being worked on are indexed. A retry takes the others back.',
  body: cancelBody,
  answers: {
    202: { description: 'How many waited', schema: z.object({ cancelled: z.int() }) },
  },
  example: { body: { ids: [exampleId] }, answer: { cancelled: 1 } },
};

export const pauseContract: Contract = {
  group: 'operations',
  summary: 'Has no more jobs taken until they are resumed',
  description: 'Also after restarts. Jobs in hand are done. Documents come in and wait.',
  answers: { 200: { description: 'What holds now', schema: orders } },
  example: { answer: { paused: true, limit: null } },
};

export const resumeContract: Contract = {
  group: 'operations',
  summary: 'Has jobs taken again',
  answers: { 200: { description: 'What holds now', schema: orders } },
  example: { answer: { paused: false, limit: null } },
};

export const limitContract: Contract = {
  group: 'operations',
  summary: 'Limits the jobs of each queue that all workers together may work on',
  body: limitBody,
  answers: { 200: { description: 'What holds now', schema: orders } },
  example: { body: { limit: 16 }, answer: { paused: false, limit: 16 } },
};
