import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { ollama } from '../../../healthchecks/ollama.ts';
import { passesDeployment } from '../../../healthchecks/passes-deployment.ts';
import type { Pipeline } from '../../../healthchecks/pipeline.ts';
import { postgres } from '../../../healthchecks/postgres.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import { redis } from '../../../healthchecks/redis.ts';
import { formatReport } from '../../../healthchecks/report-table.ts';
import { reranker } from '../../../healthchecks/reranker.ts';
import { tei } from '../../../healthchecks/tei.ts';
import { verify, type Report } from '../../../healthchecks/verify.ts';
import { httpPort, refusedPort } from './bad-servers.ts';
import { fakePipeline } from './fake-pipeline.ts';
import { patienceMs } from './patient.ts';

beforeEach(() => {
  for (const probe of [postgres, redis, tei, qdrant, ollama, reranker])
    vi.spyOn(probe as { timeLimitMs: number }, 'timeLimitMs', 'get').mockReturnValue(patienceMs);
});
afterEach(() => void vi.restoreAllMocks());

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
    withReranker?: boolean;
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
    rerankUrl: changes.withReranker ? url : undefined,
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

  test.each([
    [
      'of TEI',
      ok([
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ]),
      { reranker: {} },
      null,
    ],
    [
      'of another server',
      ok([
        { index: 0, score: -2.5 },
        { index: 1, score: 3 },
      ]),
      undefined,
      null,
    ],
    ['with the model that embeds', ok([]), { embedding: { pooling: 'mean' } }, 'RERANK_MODEL'],
    ['that classifies', ok([]), { classifier: {} }, 'RERANK_MODEL'],
    ['with one score', ok([{ index: 0, score: 1 }]), { reranker: {} }, 'RERANK_ANSWER'],
    ['without scores', ok([{ index: 0 }, { index: 1, score: null }]), undefined, 'RERANK_ANSWER'],
    ['that is full', { status: 413, body: 'too large' }, undefined, 'RERANK_ANSWER'],
    ['with another key', { status: 401, body: '' }, undefined, 'RERANK_AUTH'],
  ])('asks a reranker %s', async (_what, answer, model_type, code) => {
    const answers = { '/info': ok({ model_id: 'org/model', model_type }), '/rerank': answer };
    const report = await verified({ answers, withReranker: true });
    expect(codesOf(report)).toMatchObject({ tei: null, reranker: code });
  });

  test('says of a reranker that fails that it is a warning, and is good', async () => {
    const report = await verified({ withReranker: true });
    const checks = report.checks.map((check) =>
      check.name === 'reranker' ? check : { ...check, ok: true },
    );
    expect(passesDeployment({ checks })).toBe(true);
    const shown = formatReport({ ...report, checks });
    expect(shown).toMatch(/^reranker +WARNING .*RERANK_ANSWER/m);
    expect(shown).toMatch(/^reranker WARNING: POST \/rerank answered 404/m);
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
