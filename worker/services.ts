import { setTimeout as delay } from 'node:timers/promises';

import pg from 'pg';

import { collectSecrets } from '../shared/redaction.ts';
import { Chunker } from './chunks/chunker.ts';
import { Circuit } from './circuit/circuit.ts';
import type { Circuits } from './circuit/circuits.ts';
import { EmbedderWithFallback } from './embeddings/embedder-with-fallback.ts';
import { Embedder, cpuPace } from './embeddings/embedder.ts';
import { GoldenVectors } from './embeddings/golden.ts';
import { Tei } from './embeddings/tei.ts';
import { PulseError } from './errors.ts';
import { Keywords } from './keywords/keywords.ts';
import { createLogger } from './logs.ts';
import type { Logger } from './logs.ts';
import { migrate } from './postgres/migrate.ts';
import { Queues } from './queue/queues.ts';
import { Records } from './records/records.ts';
import { Removals } from './records/removals.ts';
import type { Settings } from './settings.ts';
import { Vectors } from './vectors/vectors.ts';

/** What the work needs, opened once a process. */
export interface Services {
  /** Name of this process among the replicas. */
  readonly worker: string;
  /** The stack's own limit of jobs that all workers together work on. */
  readonly globalConcurrency: number | undefined;
  readonly log: Logger;
  readonly records: Records;
  readonly removals: Removals;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly tei: Tei;
  readonly embedder: EmbedderWithFallback;
  readonly circuits: Circuits;
  readonly chunker: Chunker;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Statements take milliseconds; a Postgres that went silent would hold a job for as long as it may
 * run.
 */
const queryLimitMs = 30_000;
/**
 * A host that vanished without a word is noticed by probes on idle connections; the system's own
 * default is two hours.
 */
const keepAliveMs = 10_000;

export function openServices(settings: Settings): Services {
  const log = createLogger(settings.logLevel, settings.workerName, collectSecrets(settings));
  const pool = new pg.Pool({
    connectionString: settings.databaseUrl,
    max: settings.batchSize * 2 + 2,
    connectionTimeoutMillis: 5_000,
    query_timeout: queryLimitMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    application_name: settings.workerName,
  });
  pool.on('error', (error) => log.info({ err: error }, 'Postgres closed a connection'));
  const queues = new Queues(settings.redisUrl, log);
  const keywords = new Keywords(settings.keywordDir);
  const tei = new Tei(settings);
  const chunker = new Chunker(settings, tei, log);
  const vectors = new Vectors(settings);
  const circuit = (name: string, probe: () => Promise<void>): Circuit =>
    new Circuit({ name, redis: queues.redis, replica: settings.workerName, probe, log });
  const circuits = {
    tei: circuit('tei', () => tei.checkServes()),
    qdrant: circuit('qdrant', () => vectors.ensureCollection()),
  };
  return {
    worker: settings.workerName,
    globalConcurrency: settings.globalConcurrency,
    log,
    pool,
    queues,
    keywords,
    tei,
    vectors,
    circuits,
    embedder: new EmbedderWithFallback(
      new Embedder(settings, tei, circuits.tei),
      localEmbedder(settings, circuit),
      new GoldenVectors(pool, settings.embeddingModel),
      log,
    ),
    records: new Records(pool),
    removals: new Removals(pool),
    chunker,
    close: async () => {
      await queues.close();
      await keywords.close();
      await chunker.close();
      await pool.end();
    },
  };
}

function localEmbedder(
  settings: Settings,
  circuit: (name: string, probe: () => Promise<void>) => Circuit,
): Embedder | undefined {
  if (settings.localTeiUrl === undefined) return undefined;
  const tei = new Tei({ ...settings, teiUrl: settings.localTeiUrl });
  return new Embedder(
    settings,
    tei,
    circuit('local-tei', () => tei.checkServes()),
    cpuPace,
  );
}

/**
 * Waits until Postgres and Redis answer (after a reboot nothing starts in order), then brings the
 * schema up to date.
 */
export async function waitForStores(
  { pool, queues, log }: Services,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await queues.redis.ping();
      await migrate(pool);
      return;
    } catch (error) {
      if (error instanceof PulseError && error.kind === 'final') throw error;
      log.warn({ err: error }, 'waiting for Postgres and Redis');
      await delay(1_000, undefined, { signal });
    }
  }
}
