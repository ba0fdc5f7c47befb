import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, test } from 'vitest';

import {
  httpHealthCommand,
  postgresHealthCommand,
  redisHealthCommand,
} from '../../../healthchecks/container.ts';
import type { Pipeline } from '../../../healthchecks/pipeline.ts';
import { verify, type Report } from '../../../healthchecks/verify.ts';
import { startInstantTei } from '../../doubles/instant-tei.ts';
import { startServer } from '../../harness/server.ts';
import { httpPort } from '../../unit/healthchecks/bad-servers.ts';
import { fakePipeline, withoutVectors } from '../../unit/healthchecks/fake-pipeline.ts';

const password = 'a-password';
const model = 'org/model';
const collection = 'pulse-test';

const failing = ({ checks }: Report) =>
  Object.fromEntries(checks.flatMap(({ name, code }) => (code === null ? [] : [[name, code]])));

describe('a verification', () => {
  test('passes with real servers; without TEI it finds the canary by keyword only', async () => {
    const env = {
      POSTGRES_USER: 'firecrawl',
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: 'pulse_postgres',
    };
    const command = [
      'redis-server',
      '--requirepass',
      password,
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
    ];
    await using postgres = await startServer({
      name: 'postgres',
      port: 5432,
      env,
      check: postgresHealthCommand(),
    });
    await using redis = await startServer({
      name: 'redis',
      port: 6379,
      env: { REDIS_PASSWORD: password },
      command,
      check: redisHealthCommand(),
    });
    await using qdrant = await startServer({
      name: 'qdrant',
      port: 6333,
      check: httpHealthCommand(6333, '/readyz'),
    });
    const tei = await startInstantTei({ model, dimension: 8 });
    const ollama = { '/api/version': { status: 200, body: { version: '0.12.0' } } };
    const settings = {
      databaseUrl: `postgresql://firecrawl:${password}@${postgres.authority}/pulse_postgres`,
      redisUrl: `redis://:${password}@${redis.authority}`,
      teiUrl: tei.url,
      qdrantUrl: `http://${qdrant.authority}`,
      ollamaUrl: `http://127.0.0.1:${await httpPort(ollama)}`,
      embeddingModel: model,
      vectorDim: 8,
      collection,
      workerReplicas: 2,
    };
    const client = new QdrantClient({ url: settings.qdrantUrl, checkCompatibility: false });
    await client.createCollection(collection, { vectors: { size: 8, distance: 'Cosine' } });

    const whole = await verify(settings, fakePipeline().pipeline);
    expect(failing(whole)).toEqual({});
    expect(whole).toMatchObject({ ok: true, verifiedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(JSON.stringify(whole)).not.toContain(password);

    const late = fakePipeline();
    let hasCome = false;
    const submit: Pipeline['submit'] = (page) => ((hasCome = true), late.pipeline.submit(page));
    const heartbeats: Pipeline['workers'] = async () => (hasCome ? late.pipeline.workers() : []);
    const busy = { ...late.pipeline, submit, workers: heartbeats };
    expect(failing(await verify(settings, busy)), 'heartbeats that are late').toEqual({});

    await tei.close();
    const degraded = await verify(
      settings,
      fakePipeline({ state: async () => withoutVectors }).pipeline,
    );
    // refused, or the kept connection broke off
    expect(failing(degraded)).toEqual({
      tei: expect.stringMatching(/^TEI_(REFUSED|UNREACHABLE)$/),
      canary: 'CANARY_VECTORS_PENDING',
    });
    const hops = degraded.checks.at(-1)?.hops?.map(({ name, ok }) => [name, ok]);
    expect(hops).toEqual([
      ['submit', true],
      ['keyword index', true],
      ['keyword search', true],
      ['vectors', false],
      ['remove', true],
    ]);
  });
});
