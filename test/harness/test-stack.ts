import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';
import pg from 'pg';
import { inject } from 'vitest';

import { openServices } from '../../worker/open-services.ts';
import { migrate } from '../../worker/postgres/migrate.ts';
import type { Services } from '../../worker/services.ts';
import { readSettings } from '../../worker/settings.ts';
import { startInstantTei } from '../doubles/instant-tei.ts';
import type { InstantTei } from '../doubles/instant-tei.ts';
import { startApi } from './api-process.ts';
import type { ApiProcess } from './api-process.ts';
import { reportFailedHook, reportOnFailure } from './failure-report.ts';
import { Intake } from './intake.ts';
import { Proxy } from './proxy.ts';
import { removeAtExit } from './reaper.ts';
import { role } from './stores.ts';
import type { StoreAddresses } from './stores.ts';
import { reportTestStack } from './test-stack-report.ts';
import { cacheWordTokenizer, wordModel, wordModelLimit } from './tokenizer.ts';
import { untilAnswered } from './until-answered.ts';
import { startWorker } from './worker-process.ts';
import type { WorkerProcess } from './worker-process.ts';

const vectorDimensions = 32;

/**
 * One test's part of the stores: a database, a Redis database, a collection, a keyword index and a
 * TEI of its own.
 */
export interface TestStack extends AsyncDisposable {
  /** Environment of its workers; every address is a proxy's. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same without the proxies: assertions and benchmarks look through it. */
  readonly directEnv: Readonly<Record<string, string>>;
  readonly proxies: Readonly<Record<'postgres' | 'redis' | 'qdrant' | 'tei', Proxy>>;
  readonly tei: InstantTei;
  /** What a worker works with, in this process and through the proxies. */
  readonly services: Services;
  /** Documents go in here; it remembers what was acknowledged. */
  readonly intake: Intake;
  /** A worker process, ended with the test stack at the latest. */
  startWorker(environment?: Readonly<Record<string, string>>): WorkerProcess;
  /** The same, once it takes jobs. */
  worker(environment?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  /** An API process, ended with the test stack at the latest. */
  startApi(environment?: Readonly<Record<string, string>>): Promise<ApiProcess>;
  /** The same, once it takes documents. */
  api(environment?: Readonly<Record<string, string>>): Promise<ApiProcess>;
}

/**
 * @param options.stores a set of its own, for tests that stop a store; else the shared set
 * @param options.environment added to that of every worker, and put over it
 */
export async function openTestStack({
  stores = inject('stores'),
  environment = {},
}: {
  stores?: StoreAddresses;
  environment?: Readonly<Record<string, string>>;
} = {}): Promise<TestStack> {
  const opened = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'pulse-test-stack-'));
    opened.defer(removeAtExit('rm', '-rf', folder).now);
    await cacheWordTokenizer(join(folder, 'huggingface'));
    const number = await nextNumber(stores);
    const database = `test_stack_${number}`;
    await runInPostgres(stores, `CREATE DATABASE ${database}`);
    const tei = await startInstantTei({
      model: wordModel,
      dimension: vectorDimensions,
      maxInputLength: wordModelLimit,
    });
    opened.defer(() => tei.close());

    const targets = {
      postgres: stores.postgres,
      redis: stores.redis,
      qdrant: stores.qdrant,
      tei: new URL(tei.url).host,
    };
    const proxies = {} as Record<keyof typeof targets, Proxy>;
    for (const [name, target] of Object.entries(targets))
      proxies[name as keyof typeof targets] = opened.use(await Proxy.open(target));
    const buildEnvironment = (at: typeof targets) => ({
      REDIS_URL: `redis://:${stores.password}@${at.redis}/${number}`,
      WEBHOOK_DATABASE_URL: `postgresql://${role}:${stores.password}@${at.postgres}/${database}`,
      WEBHOOK_QDRANT_URL: `http://${at.qdrant}`,
      WEBHOOK_TEI_URL: `http://${at.tei}`,
      WEBHOOK_OLLAMA_URL: `http://${at.tei}`,
      WEBHOOK_EMBEDDING_MODEL: wordModel,
      WEBHOOK_VECTOR_DIM: String(vectorDimensions),
      WEBHOOK_COLLECTION: `pulse-test-stack-${number}`,
      WEBHOOK_MAX_CHUNK_TOKENS: '64',
      WEBHOOK_CHUNK_OVERLAP_TOKENS: '8',
      WEBHOOK_LOG_LEVEL: 'INFO',
      WEBHOOK_KEYWORD_DIR: join(folder, 'bm25'),
      WEBHOOK_HEARTBEAT_FILE: join(folder, 'heartbeat'),
      HF_HOME: join(folder, 'huggingface'),
      ...environment,
    });
    const workerEnv = buildEnvironment({
      postgres: proxies.postgres.authority,
      redis: proxies.redis.authority,
      qdrant: proxies.qdrant.authority,
      tei: proxies.tei.authority,
    });
    const services = openServices(
      readSettings({ ...workerEnv, WEBHOOK_LOG_LEVEL: 'ERROR', WEBHOOK_WORKER_NAME: 'test' }),
    );
    opened.defer(() => services.close());
    await untilAnswered(() => migrate(services.pool));

    const workers: { name: string; worker: WorkerProcess }[] = [];
    opened.defer(
      async () =>
        void (await Promise.all(workers.map(({ worker }) => worker[Symbol.asyncDispose]()))),
    );
    const directEnv = buildEnvironment(targets);
    reportOnFailure(() => reportTestStack(directEnv, workers));
    const startOneWorker: TestStack['startWorker'] = (more = {}) => {
      const name = more['WEBHOOK_WORKER_NAME'] ?? `worker-${workers.length + 1}`;
      const started = startWorker({
        ...workerEnv,
        WEBHOOK_WORKER_NAME: name,
        WEBHOOK_HEARTBEAT_FILE: join(folder, `heartbeat-${name}`),
        ...more,
      });
      workers.push({ name, worker: started });
      return started;
    };
    const startOneApi: TestStack['startApi'] = async (more = {}) => {
      const name = more['WEBHOOK_API_NAME'] ?? `api-${workers.length + 1}`;
      const started = await startApi({ ...workerEnv, WEBHOOK_API_NAME: name, ...more });
      workers.push({ name, worker: started });
      return started;
    };
    return {
      environment: workerEnv,
      directEnv,
      proxies,
      tei,
      services,
      intake: new Intake(services),
      startWorker: startOneWorker,
      worker: async (more) => {
        const started = startOneWorker(more);
        await started.ready;
        return started;
      },
      startApi: startOneApi,
      api: async (more) => {
        const started = await startOneApi(more);
        await started.ready;
        return started;
      },
      [Symbol.asyncDispose]: async () => {
        await reportFailedHook();
        await opened.disposeAsync();
      },
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/**
 * Test stacks of one set of stores are numbered by its Redis, in database 0, whichever process
 * opens them.
 */
async function nextNumber(stores: StoreAddresses): Promise<number> {
  const redis = new Redis(`redis://:${stores.password}@${stores.redis}/0`);
  try {
    return await redis.incr('test-stacks');
  } finally {
    redis.disconnect();
  }
}

async function runInPostgres(stores: StoreAddresses, statement: string): Promise<void> {
  const client = new pg.Client(
    `postgresql://${role}:${stores.password}@${stores.postgres}/${role}`,
  );
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
