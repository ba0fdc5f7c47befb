import { describe, expect, test } from 'vitest';

import type { Pipeline } from '../../../healthchecks/pipeline.ts';
import { formatReport } from '../../../healthchecks/report-table.ts';
import { verify, type Report } from '../../../healthchecks/verify.ts';
import { httpPort, refusedPort } from './bad-servers.ts';
import { fakePipeline } from './fake-pipeline.ts';

const ok = (body: unknown) => ({ status: 200, body });
const collection = {
  result: { points_count: 7, config: { params: { vectors: { size: 3, distance: 'Cosine' } } } },
};
const gpuHost = {
  '/health': ok(''),
  '/info': ok({ model_id: 'org/model' }),
  '/embed': ok([[0.6, 0, 0.8]]),
  '/readyz': ok('all shards are ready'),
  '/collections/pulse-test': ok(collection),
  '/api/version': ok({ version: '0.12.1' }),
};

/**
 * Runs a verification with a fake GPU host and without stores, which need real servers and have
 * tests of their own.
 */
async function verified(
  changes: {
    answers?: object;
    broken?: Partial<Pipeline>;
    replicas?: number;
    withoutOllama?: boolean;
  } = {},
): Promise<Report> {
  const [gone, port] = [await refusedPort(), await httpPort({ ...gpuHost, ...changes.answers })];
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    databaseUrl: `postgresql://u:hunter2@127.0.0.1:${gone}/db`,
    redisUrl: `redis://:hunter2@127.0.0.1:${gone}`,
    teiUrl: url,
    qdrantUrl: url,
    ollamaUrl: changes.withoutOllama ? undefined : url,
    embeddingModel: 'org/model',
    vectorDim: 3,
    collection: 'pulse-test',
    workerReplicas: changes.replicas ?? 2,
  };
  return verify(settings, fakePipeline(changes.broken).pipeline);
}

const codesOf = ({ checks }: Report) =>
  Object.fromEntries(checks.map(({ name, code }) => [name, code]));

describe('a verification', () => {
  test('reports its checks in a fixed order, each with the same keys', async () => {
    const { checks } = await verified();
    expect(checks.map(({ name }) => name)).toEqual([
      'postgres',
      'redis',
      'tei',
      'qdrant',
      'ollama',
      'workers',
      'canary',
    ]);
    for (const check of checks) {
      expect(check).toMatchObject({
        target: expect.any(String),
        ok: expect.any(Boolean),
        latencyMs: expect.any(Number),
      });
      expect(Object.keys(check)).toEqual(expect.arrayContaining(['code', 'problem', 'check']));
    }
  });

  test('asks no Ollama where there is none', async () => {
    const { checks } = await verified({ withoutOllama: true });
    expect(checks.map(({ name }) => name)).not.toContain('ollama');
    expect(checks).toHaveLength(6);
  });

  test('is not ok when one check fails, and sends no canary without its stores', async () => {
    const report = await verified();
    expect(report.ok).toBe(false);
    expect(codesOf(report)).toEqual({
      postgres: 'POSTGRES_REFUSED',
      redis: 'REDIS_REFUSED',
      canary: 'CANARY_NOT_TRIED',
      tei: null,
      qdrant: null,
      ollama: null,
      workers: null,
    });
  });

  test('checks the configured model, collection and number of workers', async () => {
    const answers = {
      '/info': ok({ model_id: 'org/other' }),
      '/collections/pulse-test': { status: 404, body: '' },
    };
    expect(codesOf(await verified({ answers, replicas: 3 }))).toMatchObject({
      tei: 'TEI_MODEL',
      qdrant: 'QDRANT_COLLECTION',
      workers: 'WORKERS_MISSING',
    });
  });

  test('reports heartbeats that cannot be read', async () => {
    const workers = () => Promise.reject(new Error('Connection is closed.'));
    expect(codesOf(await verified({ broken: { workers } }))).toMatchObject({
      workers: 'WORKERS_UNKNOWN',
    });
  });

  test('shows no password', async () => {
    expect(JSON.stringify(await verified())).not.toContain('hunter2');
  });
});

describe('the table of a report', () => {
  const base = {
    latencyMs: 12,
    code: null,
    problem: null,
    tried: null,
    check: null,
    evidence: null,
  };
  const hops = [{ name: 'submit', ok: true, latencyMs: 5, code: null, problem: null }];
  const failure = {
    code: 'TEI_TIMEOUT',
    problem: 'no answer in 15000 ms',
    tried: 'http://tei: timed out after 15001 ms',
    check: 'a model still loading',
  } as const;
  const report: Report = {
    ok: false,
    verifiedAt: '2026-01-01T00:00:00.000Z',
    checks: [
      { ...base, name: 'tei', target: 'http://tei', ok: false, ...failure, latencyMs: 15001 },
      { ...base, name: 'canary', target: 'submit', ok: true, hops },
    ],
  };

  test('aligns its columns, then says for each failure what was tried and what to check', () => {
    expect(formatReport(report)).toBe(`\
CHECK   RESULT   LATENCY  CODE         TARGET
tei     FAILED  15001 ms  TEI_TIMEOUT  http://tei
canary  ok         12 ms               submit

HOP     RESULT  LATENCY
submit  ok         5 ms

tei FAILED: no answer in 15000 ms
    code   TEI_TIMEOUT
    tried  http://tei: timed out after 15001 ms
    check  a model still loading

1 of 2 checks passed at 2026-01-01T00:00:00.000Z
`);
  });
});
