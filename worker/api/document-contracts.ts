import { z } from 'zod';

import { jobStates } from '../operator/jobs.ts';
import { documentStates } from '../records/document-status.ts';
import type { Contract } from './contract.ts';
import { maxWaitSeconds } from './limits.ts';
import { awaitedStates } from './state-watch.ts';

export const documentParams = z.object({ id: z.string().describe('Computed from the URL') });
export const stateSchema = z.enum(documentStates).describe('How far the latest version is');
export const stageSchema = z.enum(['indexing', 'embedding']);
export const findableSchema = z
  .object({ keyword: z.boolean(), meaning: z.boolean() })
  .describe('Which searches find it, if only in the version before the latest');
const id = z.uuid();
export const exampleId = '02f3b2ce-1b6f-5d0c-9d3a-0f1f2e3d4c5b';
export const noDocument = { 404: 'There is no such document' };

/** What crawlers call these fields is read too: docs/inputs.md. */
const incomingDocument = z
  .looseObject({
    url: z.string().describe('http, https or file; the identity of the document'),
    markdown: z.string().optional(),
    html: z.string().optional(),
    text: z.string().optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    language: z.string().optional().describe('Such as `en` or `de-CH`'),
    country: z.string().optional().describe('Two letters, such as `DE`'),
    isMobile: z.boolean().optional(),
    source: z.string().optional().describe('Who submitted it'),
    crawlId: z.string().optional(),
  })
  .describe('One of `markdown`, `html` and `text` is needed. A record of a crawler is one too');
const crawlerAnswer = z.looseObject({ data: z.array(incomingDocument) });

const item = z.object({
  index: z.int().describe('Its place among all, from 0'),
  outcome: z.enum(['accepted', 'unchanged', 'rejected']),
  id: id.optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
});
const tally = z.object({
  accepted: z.int(),
  unchanged: z.int().describe('The newest version has the same content'),
  rejected: z.int(),
  items: z.array(item),
});
const storedDocument = z.object({
  id,
  outcome: z.enum(['accepted', 'unchanged']),
  state: stateSchema.optional(),
});
const location = { Location: 'The document' };
/** Of many, what became of those before; it stays. */
const countedSoFar = tally.partial();

export const submitQuery = z.object({
  items: z
    .enum(['rejected', 'all'])
    .default('rejected')
    .describe('Of many, which have an item in the answer'),
});
export const submitContract: Contract = {
  group: 'documents',
  summary: 'Takes one document or many',
  description:
    'One document, a list, a saved answer of a crawler, or lines. What is answered with 202 is on ' +
    'disk in Postgres. Every request may be sent again.',
  query: submitQuery,
  body: {
    'application/json': z.union([incomingDocument, z.array(incomingDocument), crawlerAnswer]),
    'application/x-ndjson': z.string().describe('A document a line'),
  },
  answers: {
    202: {
      description: 'One document with a new version, or some of many',
      schema: z.union([storedDocument, tally]),
      headers: location,
    },
    200: {
      description: 'The newest version of the one document has the same content',
      schema: storedDocument,
      headers: location,
    },
  },
  problems: {
    413: { description: 'The body is too large, or one of its lines', fields: countedSoFar },
    422: { description: 'The document, or each of many, is refused', fields: countedSoFar },
    500: { description: 'A fault that no waiting helps', fields: countedSoFar },
    503: {
      description: 'A store is away, or too much is in hand: send it again',
      fields: countedSoFar,
    },
  },
  example: {
    body: { url: 'https://docs.example.org/page', title: 'Page', markdown: 'Its text.' },
    answer: { id: exampleId, outcome: 'accepted', state: 'pending' },
    status: 202,
  },
};

export const waitQuery = z.object({
  wait: z.coerce
    .number()
    .min(0)
    .max(maxWaitSeconds)
    .default(0)
    .describe('Seconds to wait for `until`'),
  until: z.enum(awaitedStates).default('indexed'),
});
const failure = z.object({
  stage: stageSchema,
  code: z.string().nullable(),
  reason: z.string().nullable(),
  check: z.string().nullable().describe('What to do'),
});
const job = z.object({
  stage: stageSchema,
  state: z.enum(jobStates),
  attempt: z.string().nullable(),
  dueInSeconds: z.int().nullable(),
  worker: z.string().nullable(),
});
const moment = z.iso.datetime().nullable();
const documentSchema = z.object({
  id,
  url: z.string(),
  title: z.string(),
  description: z.string(),
  language: z.string().nullable(),
  country: z.string().nullable(),
  isMobile: z.boolean().nullable(),
  source: z.string().nullable(),
  crawlId: z.string().nullable(),
  state: stateSchema,
  findable: findableSchema,
  failure: failure.nullable(),
  versionId: z.int(),
  versions: z.int().describe('How many are kept'),
  chunks: z.int().describe('Those of the version by which it is found now'),
  times: z.object({ receivedAt: z.iso.datetime(), keywordAt: moment, indexedAt: moment }),
  queue: job.nullish().describe('Its job; left out while Redis is away'),
});
export const documentContract: Contract = {
  group: 'documents',
  summary: 'Shows a document and its state',
  params: documentParams,
  query: waitQuery,
  answers: { 200: { description: 'The document', schema: documentSchema } },
  problems: noDocument,
  example: {
    params: { id: exampleId },
    query: { wait: 30, until: 'indexed' },
    answer: {
      id: exampleId,
      url: 'https://docs.example.org/page',
      title: 'Page',
      description: '',
      language: 'en',
      country: null,
      isMobile: null,
      source: null,
      crawlId: null,
      state: 'indexed',
      findable: { keyword: true, meaning: true },
      failure: null,
      versionId: 7,
      versions: 1,
      chunks: 1,
      times: {
        receivedAt: '2026-11-26T12:00:00.000Z',
        keywordAt: '2026-11-26T12:00:00.100Z',
        indexedAt: '2026-11-26T12:00:00.300Z',
      },
      queue: null,
    },
  },
};

const gone = z.literal('gone');
const later = z.literal('later');
export const deleteContract: Contract = {
  group: 'documents',
  summary: 'Deletes a document',
  params: documentParams,
  answers: {
    202: {
      description: 'It is gone from Postgres, and the two indexes follow; as well when sent again',
      schema: z.object({
        id,
        stores: z.object({ postgres: gone, keyword: later, vectors: later }),
      }),
    },
  },
  problems: noDocument,
  example: {
    params: { id: exampleId },
    answer: { id: exampleId, stores: { postgres: 'gone', keyword: 'later', vectors: 'later' } },
  },
};

const stateAfter = z.object({ id, state: stateSchema });
export const retryContract: Contract = {
  group: 'documents',
  summary: 'Takes a document up again that failed or was cancelled',
  description: 'From the stage that it has not come through.',
  params: documentParams,
  answers: { 202: { description: 'It waits', schema: stateAfter } },
  problems: {
    ...noDocument,
    409: {
      description: 'It has neither failed nor been cancelled',
      fields: z.object({ state: stateSchema }),
    },
  },
  example: { params: { id: exampleId }, answer: { id: exampleId, state: 'pending' } },
};
export const reindexContract: Contract = {
  group: 'documents',
  summary: 'Indexes a document again, whatever its state',
  description: 'It is found as before until that is done.',
  params: documentParams,
  answers: { 202: { description: 'It waits', schema: stateAfter } },
  problems: noDocument,
  example: { params: { id: exampleId }, answer: { id: exampleId, state: 'pending' } },
};
