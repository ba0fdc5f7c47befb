import { collectSecrets, hidePassword } from '../shared/redaction.ts';
import { trustAuthorities } from '../shared/trusted-authorities.ts';
import { Chunker } from './chunks/chunker.ts';
import { Circuit } from './circuit/circuit.ts';
import { EmbedderWithFallback } from './embeddings/embedder-with-fallback.ts';
import { Embedder, cpuPace } from './embeddings/embedder.ts';
import type { EmbedderSettings } from './embeddings/embedder.ts';
import { GoldenVectors } from './embeddings/golden.ts';
import { Reranker } from './embeddings/reranker.ts';
import { Tei } from './embeddings/tei.ts';
import type { Access } from './keywords/index-files.ts';
import { Keywords } from './keywords/keywords.ts';
import { createLogger } from './logs.ts';
import { Tally } from './metrics/tally.ts';
import { TotalsWriter } from './metrics/totals-writer.ts';
import { openPool } from './postgres/pool.ts';
import { Queues } from './queue/queues.ts';
import { Records } from './records/records.ts';
import { Removals } from './records/removals.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { Vectors } from './vectors/vectors.ts';

/** Probes on idle connections notice a host that vanished; the system's own default is two hours. */
const keepAliveMs = 10_000;

type OpenCircuit = (name: string, url: string, probe: () => Promise<void>) => Circuit;

export interface OpenOptions {
  readonly keywordAccess?: Access;
  /** A job or a request has others behind it, and what waits for Postgres is tried again. */
  readonly connectLimitMs?: number;
  /** Statements take milliseconds. A Postgres that stops answering holds work for no longer. */
  readonly queryLimitMs?: number;
}

/** The composition root. It connects to nothing yet; only entry points call it. */
export function openServices(
  settings: Settings,
  { keywordAccess = 'write', connectLimitMs = 5_000, queryLimitMs = 30_000 }: OpenOptions = {},
): Services {
  trustAuthorities(settings.caCertificate);
  const log = createLogger(settings.logLevel, settings.workerName, collectSecrets(settings));
  const poolOptions = {
    connectionString: settings.databaseUrl,
    max: settings.batchSize * 2 + 2,
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: queryLimitMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    application_name: settings.workerName,
    // The API answers what it can.
    mayBeReadOnly: keywordAccess === 'read',
  };
  const pool = openPool(poolOptions, log);
  const queues = new Queues(settings.redisUrl, log);
  const tally = new Tally();
  const keywords = new Keywords(settings.keywordDir, keywordAccess);
  const vectors = new Vectors(settings);
  const tei = new Tei(settings);
  const instruction = vectors.identity.documentInstruction;
  const chunker = new Chunker({ ...settings, instruction }, tei, log);
  const replica = settings.workerName;
  const openCircuit: OpenCircuit = (name, url, probe) =>
    new Circuit({ name, address: hidePassword(url), redis: queues.redis, replica, probe, log });
  const circuits = {
    tei: openCircuit('tei', settings.teiUrl, () => tei.checkServes()),
    qdrant: openCircuit('qdrant', settings.qdrantUrl, () => vectors.ensureCollection()),
  };
  const embedding = {
    ...settings,
    readDocumentInstruction: async () =>
      vectors.instruction.known() ?? circuits.qdrant.run(() => vectors.documentInstruction()),
  };
  const embedder = new EmbedderWithFallback(
    new Embedder(embedding, tei, circuits.tei),
    openLocalEmbedder(settings, embedding, openCircuit),
    new GoldenVectors(pool, settings.embeddingModel),
    log,
  );
  return {
    worker: settings.workerName,
    globalConcurrency: settings.globalConcurrency,
    log,
    tally,
    totals: new TotalsWriter({ redis: queues.redis, tally, log }),
    pool,
    records: new Records(pool),
    removals: new Removals(pool),
    queues,
    keywords,
    vectors,
    tei,
    embedder,
    reranker: openReranker(settings),
    circuits,
    chunker,
    close: async () => {
      await queues.close();
      await keywords.close();
      await chunker.close();
      await pool.end();
    },
  };
}

function openReranker({ rerankUrl, ...settings }: Settings): Reranker | undefined {
  return rerankUrl === undefined ? undefined : new Reranker({ rerankUrl, ...settings });
}

function openLocalEmbedder(
  settings: Settings,
  embedding: EmbedderSettings,
  openCircuit: OpenCircuit,
): Embedder | undefined {
  if (settings.localTeiUrl === undefined) return undefined;
  const tei = new Tei({
    ...settings,
    teiUrl: settings.localTeiUrl,
    teiApiKey: settings.localTeiApiKey,
    teiLogin: undefined,
    teiModelId: undefined,
  });
  const circuit = openCircuit('local-tei', settings.localTeiUrl, () => tei.checkServes());
  return new Embedder(embedding, tei, circuit, cpuPace);
}
