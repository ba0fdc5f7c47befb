import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { heapLimit } from '../../components/docker/heap-limit.ts';
import { httpHealthCommand } from '../../healthchecks/container.ts';
import { bundlePrograms } from '../../test/harness/image-programs.ts';
import { startServer } from '../../test/harness/server.ts';
import type { Server } from '../../test/harness/server.ts';
import { openStores, role } from '../../test/harness/stores.ts';
import { startWorker } from '../../test/harness/worker-process.ts';
import type { WorkerProcess } from '../../test/harness/worker-process.ts';
import { openServices } from '../../worker/open-services.ts';
import { migrate } from '../../worker/postgres/migrate.ts';
import type { Services } from '../../worker/services.ts';
import { readSettings } from '../../worker/settings.ts';
import { ofContainer, ofProcess } from '../processor-time.ts';
import { cacheLargeTokenizer, largeModel } from './large-tokenizer.ts';
import { cacheModel, defaultModel } from './model.ts';

const dimensions = 1024;
/** Of the embedded default, whose vectors are the real ones. */
const modelDimensions = 384;
/** MiB, of a worker of dev. */
const devMemory = 768;

/**
 * Everything one worker needs, on this machine: Postgres, Redis, the vector engine, and a TEI that
 * answers after a fixed delay.
 */
export interface BenchStack extends AsyncDisposable {
  readonly services: Services;
  readonly environment: Readonly<Record<string, string>>;
  /** A worker process that takes jobs, as the image has it. */
  worker(): Promise<WorkerProcess>;
  /** Processor time that each store and the TEI have used since they started, milliseconds. */
  processorTime(): Promise<Readonly<Record<'postgres' | 'redis' | 'qdrant' | 'tei', number>>>;
}

export interface BenchStackOptions {
  /** How long each call to /embed takes. */
  readonly teiDelayMs?: number;
  /** `large`: a vocabulary of Qwen3's size; else the embedded default's. */
  readonly tokenizer?: 'default' | 'large';
  /** Heap limit of the worker; else that of dev. */
  readonly heapMiB?: number;
  /** `model`: by the embedded default on this machine's processor; else made beforehand. */
  readonly vectors?: 'model' | 'instant';
  /** Tokens of a chunk at most; else the default. */
  readonly maxChunkTokens?: number;
}

export async function openBenchStack({
  teiDelayMs = 0,
  tokenizer = 'default',
  heapMiB = heapLimit(devMemory),
  vectors = 'instant',
  maxChunkTokens,
}: BenchStackOptions = {}): Promise<BenchStack> {
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pulse-bench-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const stores = opened.use(await openStores());
  const { password } = stores.addresses;
  const [postgres, redis, qdrant] = await Promise.all([
    addressOf(stores.postgres, 5432),
    addressOf(stores.redis, 6379),
    addressOf(stores.qdrant, 6333),
  ]);
  const model = tokenizer === 'large' ? largeModel : defaultModel;
  const tei = opened.use(
    await (vectors === 'model' ? startModel() : startInstantTei(model, teiDelayMs)),
  );
  await (tokenizer === 'large' ? cacheLargeTokenizer(folder) : cacheModel(folder));
  const environment = {
    REDIS_URL: `redis://:${password}@${redis}/1`,
    WEBHOOK_DATABASE_URL: `postgresql://${role}:${password}@${postgres}/${role}`,
    WEBHOOK_QDRANT_URL: `http://${qdrant}`,
    WEBHOOK_TEI_URL: tei.url,
    WEBHOOK_OLLAMA_URL: tei.url,
    WEBHOOK_EMBEDDING_MODEL: model,
    WEBHOOK_VECTOR_DIM: String(vectors === 'model' ? modelDimensions : dimensions),
    ...(maxChunkTokens !== undefined && { WEBHOOK_MAX_CHUNK_TOKENS: String(maxChunkTokens) }),
    WEBHOOK_COLLECTION: 'pulse-bench',
    WEBHOOK_KEYWORD_DIR: join(folder, 'bm25'),
    WEBHOOK_HEARTBEAT_FILE: join(folder, 'heartbeat'),
    WEBHOOK_WORKER_NAME: 'bench',
    HF_HOME: folder,
    NODE_OPTIONS: `--max-old-space-size=${heapMiB}`,
    NODE_COMPILE_CACHE: join(tmpdir(), 'pulse-bench-compile-cache'),
  };
  const programs = opened.use(await bundlePrograms());
  const services = openServices(readSettings({ ...environment, WEBHOOK_LOG_LEVEL: 'ERROR' }));
  opened.defer(() => services.close());
  await migrate(services.pool);
  return {
    services,
    environment,
    worker: async () => {
      const worker = opened.use(startWorker(environment, programs.folder));
      await worker.ready;
      return worker;
    },
    processorTime: async () => {
      const [ofPostgres, ofRedis, ofQdrant, ofTei] = await Promise.all([
        ofContainer(stores.postgres.container),
        ofContainer(stores.redis.container),
        ofContainer(stores.qdrant.container),
        tei.processorTime(),
      ]);
      return { postgres: ofPostgres, redis: ofRedis, qdrant: ofQdrant, tei: ofTei };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** What makes the vectors. */
interface VectorServer extends AsyncDisposable {
  readonly url: string;
  /** Milliseconds since it started. */
  processorTime(): Promise<number>;
}

/** The image that a stack would run, with its model, on this machine's processor. */
async function startModel(): Promise<VectorServer> {
  const server = await startServer({
    name: 'tei',
    port: 8080,
    command: ['--model-id', defaultModel, '--port', '8080'],
    check: httpHealthCommand(8080, '/health'),
  });
  return {
    url: `http://${await addressOf(server, 8080)}`,
    processorTime: () => ofContainer(server.container),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function startInstantTei(model: string, delayMs: number): Promise<VectorServer> {
  const program = spawn(
    process.execPath,
    [join(import.meta.dirname, 'tei.ts'), model, String(dimensions), String(delayMs)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  program.on('exit', (code) => {
    throw new Error(`the benchmark's TEI ended with ${code}: nothing more can be measured`);
  });
  const [url] = (await once(program.stdout, 'data')) as [Buffer];
  return {
    url: String(url).trim(),
    processorTime: () => ofProcess(program.pid as number),
    [Symbol.asyncDispose]: async () => void program.removeAllListeners('exit').kill(),
  };
}

/**
 * On the engine's own bridge, as between the containers of a stack: a published port would add a
 * copying process to every byte.
 */
async function addressOf({ container }: Server, port: number): Promise<string> {
  const { stdout } = await promisify(execFile)('docker', [
    'inspect',
    '--format',
    '{{.NetworkSettings.Networks.bridge.IPAddress}}',
    container,
  ]);
  return `${stdout.trim()}:${port}`;
}
