import { z } from 'zod';

import type { Contract } from './contract.ts';
import { exampleQueue, noInput, queueNow } from './queue-contracts.ts';

const moment = z.iso.datetime();
const code = z.string().nullable();
const problem = z.string().nullable();

const workers = z.object({
  expected: z.int().nullable().describe('As the last deployment declared; null before one'),
  items: z.array(
    z.object({
      name: z.string(),
      consuming: z.boolean().describe('It takes jobs, or has a reason to take none'),
      heartbeatAt: moment,
      heartbeatAgeSeconds: z.int(),
      startedAt: moment,
      active: z.object({ indexing: z.int(), embedding: z.int() }),
      holdsBack: z
        .array(z.enum(['indexing', 'embedding']))
        .describe('Queues from which it takes nothing, because a service is away'),
      memoryMiB: z.int().describe('Of its container, less the file cache that can be given back'),
      memoryLimitMiB: z.int().nullable().describe('Null without a limit'),
      starts15m: z.int().describe('How often it has started in the last 15 minutes'),
    }),
  ),
});

const hops = z.array(
  z.object({ name: z.string(), ok: z.boolean(), latencyMs: z.int(), code, problem }),
);
const check = {
  name: z.string(),
  target: z.string(),
  ok: z.boolean(),
  latencyMs: z.int(),
  code,
  problem,
  tried: z.string().nullable(),
  check: z.string().nullable().describe('What a person looks at next'),
  evidence: z.string().nullable(),
};
const circuit = z.object({
  state: z.enum(['closed', 'open', 'half-open']),
  since: moment.nullable(),
  code,
});

const status = z.object({
  version: z.string(),
  at: moment.describe('When this replica looked'),
  checks: z.array(z.object(check)),
  workers: workers.nullable(),
  queue: z.object(queueNow).nullable(),
  circuits: z
    .object({ tei: circuit, qdrant: circuit })
    .nullable()
    .describe('Open while TEI or Qdrant is away: embedding waits for it'),
  volumes: z
    .array(z.object({ volume: z.string(), sizeBytes: z.int(), freeBytes: z.int() }))
    .nullable(),
  canary: z
    .object({
      intervalSeconds: z.number().nullable().describe('Null where none is sent by the clock'),
      state: z.enum(['done', 'running', 'failed', 'waiting', 'overdue', 'off']),
      ranAt: moment.nullable(),
      nextAt: moment.nullable(),
      passedAt: moment.nullable(),
      found: z
        .enum(['both ways', 'by keyword; its vectors wait'])
        .nullable()
        .describe('By keyword is enough while the GPU host is away'),
      away: z.array(z.string()).describe('Services of the GPU host that were away'),
      problem,
      hops,
    })
    .nullable()
    .describe('The last one, by the clock or on request'),
  alarms: z
    .object({
      items: z.array(
        z.object({
          name: z.string().describe('The rule'),
          severity: z.string(),
          summary: z.string(),
          since: moment,
          told: z
            .enum(['yes', 'silenced', 'follows'])
            .describe('Whether receivers are told; what follows from another alarm is not'),
          silencedUntil: moment.nullable().describe('When the last silence of it ends'),
        }),
      ),
      silences: z.array(z.object({ comment: z.string(), until: moment })),
    })
    .nullable()
    .describe("Of the stack's own Alertmanager; null where it has none"),
  deliveries: z
    .array(
      z.object({
        source: z.string(),
        receivedAt: moment,
        event: z.string(),
        outcome: z.enum(['stored', 'ignored']),
        code,
      }),
    )
    .nullable()
    .describe('The last one of each sender'),
  unknown: z
    .array(z.object({ part: z.string(), code: z.string(), problem: z.string() }))
    .describe('Parts that could not be asked: they are null'),
});

const exampleAt = '2026-11-26T12:00:00.000Z';
const exampleHop = {
  name: 'submit',
  ok: true,
  latencyMs: 11,
  code: null,
  problem: null,
};
const exampleCheck = {
  name: 'postgres',
  target: 'postgresql://firecrawl@pulse_postgres:5432/pulse_postgres',
  ok: true,
  latencyMs: 12,
  code: null,
  problem: null,
  tried: null,
  check: null,
  evidence: 'PostgreSQL 15.14',
};
const exampleWorkers = {
  expected: 2,
  items: [
    {
      name: 'pulse_webhook-worker-1',
      consuming: true,
      heartbeatAt: exampleAt,
      heartbeatAgeSeconds: 1,
      startedAt: exampleAt,
      active: { indexing: 0, embedding: 1 },
      holdsBack: [],
      memoryMiB: 312,
      memoryLimitMiB: 4_096,
      starts15m: 1,
    },
  ],
};

export const workersContract: Contract = {
  group: 'operations',
  summary: 'Lists the workers that are alive',
  query: noInput,
  answers: { 200: { description: 'Those with a heartbeat in the last 15 s', schema: workers } },
  example: { answer: exampleWorkers },
};

export const statusContract: Contract = {
  group: 'operations',
  summary: 'Shows how the stack is',
  description:
    'Each replica looks every 15 s, and no request does: whoever asks gets what was seen last, and ' +
    'with `If-None-Match` 304 when that is known already.',
  query: noInput,
  answers: {
    200: { description: 'What was seen', schema: status, headers: { ETag: 'Of this look' } },
  },
  example: {
    answer: {
      version: '1.0.0',
      at: exampleAt,
      checks: [exampleCheck],
      workers: exampleWorkers,
      queue: exampleQueue,
      circuits: {
        tei: { state: 'closed', since: null, code: null },
        qdrant: { state: 'closed', since: null, code: null },
      },
      volumes: [{ volume: 'bm25', sizeBytes: 107_374_182_400, freeBytes: 64_424_509_440 }],
      canary: {
        intervalSeconds: 900,
        state: 'done',
        ranAt: exampleAt,
        nextAt: '2026-11-26T12:15:00.000Z',
        passedAt: exampleAt,
        found: 'both ways',
        away: [],
        problem: null,
        hops: [exampleHop],
      },
      alarms: { items: [], silences: [] },
      deliveries: [],
      unknown: [],
    },
  },
};

export const verifyBody = z.strictObject({
  canary: z
    .boolean()
    .default(true)
    .describe('Whether a document is sent through the whole stack as well'),
});

export const verifyContract: Contract = {
  group: 'operations',
  summary: 'Verifies the stack',
  description:
    'As `./pulse verify` does, up to 100 s. The answer is 200 whatever is found: `ok` says it.',
  body: verifyBody,
  answers: {
    200: {
      description: 'What was found',
      schema: z.object({
        ok: z.boolean(),
        verifiedAt: moment,
        checks: z.array(z.object({ ...check, hops: hops.optional() })),
      }),
    },
  },
  problems: { 409: 'One runs already' },
  example: {
    body: { canary: true },
    answer: {
      ok: true,
      verifiedAt: exampleAt,
      checks: [exampleCheck, { ...exampleCheck, name: 'canary', hops: [exampleHop] }],
    },
  },
};
