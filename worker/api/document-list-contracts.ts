import { z } from 'zod';

import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { documentStates } from '../records/document-status.ts';
import { sentAs } from './contract.ts';
import type { Contract } from './contract.ts';
import { readCursor } from './cursors.ts';
import {
  documentParams,
  exampleId,
  findableSchema,
  noDocument,
  stageSchema,
  stateSchema,
} from './document-contracts.ts';
import { filterText, pageSize } from './input.ts';

/** What Postgres cannot hold, and no crawl is called. */
const withoutControls = /^[^\p{Cc}\p{Cs}]*$/u;

const crawlId = z.string().min(1).max(200);
const url = z
  .string()
  .max(2_048)
  .transform(
    (text, context) =>
      canonicalizeUrl(text) ?? (context.addIssue('is no http, https or file URL'), z.NEVER),
  );

const nextSchema = z
  .string()
  .nullable()
  .describe('The `cursor` of the page after this one; null on the last');

/** @returns the schema of a page of a list */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: nextSchema });
}

// Strict: a misspelt filter would filter nothing, without a word.
export const listQuery = z.strictObject({
  state: z.enum(documentStates).optional(),
  host: filterText('host')
    .optional()
    .describe('Of the URL, without a port, in any of its spellings'),
  url: url.optional().describe('The one document with this URL, in any spelling'),
  // Other languages read other patterns than this one.
  crawl: sentAs(crawlId.regex(withoutControls, 'has control characters'), crawlId)
    .optional()
    .describe('The `crawlId` of the latest version'),
  code: z
    .string()
    .max(100)
    .regex(/^[A-Z]+(?:_[A-Z]+)*$/, 'is no code such as TEI_TIMEOUT')
    .optional()
    .describe('With which the latest version failed'),
  limit: pageSize,
  cursor: readCursor(/^d(\d{1,16})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/).optional(),
});
const listedDocument = z.object({
  id: z.uuid(),
  url: z.string(),
  title: z.string(),
  state: stateSchema,
  findable: findableSchema,
  code: z.string().nullable(),
  updatedAt: z.iso.datetime(),
});
export const listContract: Contract = {
  group: 'documents',
  summary: 'Lists documents, the newest first',
  description: 'Whoever reads on meets each document once, whatever comes, changes or goes.',
  query: listQuery,
  answers: {
    200: {
      description: 'A page of the list',
      schema: pageOf(listedDocument),
    },
  },
  example: {
    query: { state: 'failed', host: 'docs.example.org', limit: 100 },
    answer: {
      items: [
        {
          id: exampleId,
          url: 'https://docs.example.org/page',
          title: 'Page',
          state: 'failed',
          findable: { keyword: false, meaning: false },
          code: 'INDEXING_POISON',
          updatedAt: '2026-11-26T12:00:00.000Z',
        },
      ],
      next: null,
    },
  },
};

export const chunksQuery = z.strictObject({
  limit: pageSize,
  cursor: readCursor(/^c(\d{1,15})\/(\d{1,9})$/).optional(),
});
const chunk = z.object({
  index: z.int(),
  headings: z.array(z.string()).describe('Above it, outermost first'),
  prefix: z.string().optional().describe('The header row of the table in which it begins'),
  text: z.string(),
});
export const chunksContract: Contract = {
  group: 'documents',
  summary: 'Lists the chunks of a document',
  description: 'Those by which it is found now, in their order.',
  params: documentParams,
  query: chunksQuery,
  answers: {
    200: {
      description: 'A page of the list',
      schema: z.object({
        versionId: z.int().nullable().describe('Null as long as none has been cut'),
        items: z.array(chunk),
        next: nextSchema,
      }),
    },
  },
  problems: {
    ...noDocument,
    409: {
      description: 'Another version has come since the cursor was given',
      fields: z.object({ versionId: z.int().nullish() }),
    },
  },
  example: {
    params: { id: exampleId },
    query: { limit: 20 },
    answer: {
      versionId: 7,
      items: [{ index: 0, headings: ['Install'], text: 'Its text.' }],
      next: null,
    },
  },
};

export const runsQuery = z.strictObject({
  limit: pageSize,
  cursor: readCursor(/^r(\d{1,15})$/).optional(),
});
const milliseconds = z.number().optional();
const run = z.object({
  versionId: z.int(),
  stage: stageSchema,
  outcome: z.enum(['done', 'superseded', 'again', 'failed']),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  worker: z.string(),
  finishedAt: z.iso.datetime(),
  timings: z
    .object({
      clean: milliseconds,
      chunk: milliseconds,
      keyword: milliseconds,
      embed: milliseconds,
      upsert: milliseconds,
    })
    .describe('Milliseconds of its steps'),
});
export const runsContract: Contract = {
  group: 'documents',
  summary: 'Lists what became of a document, each time, the newest first',
  params: documentParams,
  query: runsQuery,
  answers: {
    200: {
      description: 'A page of the list',
      schema: pageOf(run),
    },
  },
  problems: noDocument,
  example: {
    params: { id: exampleId },
    answer: {
      items: [
        {
          versionId: 7,
          stage: 'indexing',
          outcome: 'done',
          code: null,
          reason: null,
          worker: 'webhook-worker-1',
          finishedAt: '2026-11-26T12:00:00.100Z',
          timings: { clean: 0.9, chunk: 4.2, keyword: 1.7 },
        },
      ],
      next: null,
    },
  },
};
