/**
 * Every setting of a stack, one row each: what kind of value, its default, what it is for, an example, the worker's variable.
 * The rows are the single source for validation, the types below, the schema in Pulumi.yaml, docs/configuration.md and the
 * worker's environment; `npm run settings` writes the files anew.
 * Imports nothing of Pulumi, so that it can be tested and printed on its own.
 */
import { choice, cidr, cpus, duration, flag, folder, image, integer, ipv4, mebibytes, phrase, port, secret, slug, url } from './settings/kinds.ts';
import { prefixOf } from './settings/names.ts';
import { findNearest } from './settings/nearest.ts';
import { optional, required } from './settings/setting.ts';
import type { Setting } from './settings/setting.ts';
import { crossFieldFaults } from './settings/rules.ts';

/** The official images, pinned by digest: a tag can move, a digest cannot. */
const official = {
  postgres: 'postgres:15.19-bookworm@sha256:539ceaaae49b3a7c8a04467cf00cc6788d8e3f1675df41860d86eebc4c40524f',
  redis: 'redis:7.4.11-bookworm@sha256:c6eabf748fc7a61dbb5a705c78bcf3d6377b1127a97d0ce965c11c44ba46896f',
  node: 'node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6',
  tei: 'ghcr.io/huggingface/text-embeddings-inference:cpu-1.9@sha256:ad950d30878eceb72aaf32024d26fa2b1d04a75304fa0b4776b49aa1941fea07',
  qdrant: 'qdrant/qdrant:v1.19.0-unprivileged@sha256:a0e04fe623cb064502cd869cefc1dc7ce359d8edd481063b5bd351c0a0a2c91e',
  ollama: 'ollama/ollama:0.12.11@sha256:3d8a05e3432d50ea57594fabe971e46cc8fe963a0f9f8c40400bd56cd5388e47',
} as const;

export const rows = {
  subnet: required(cidr, '172.24.0.0/16', 'address range of the stack\'s bridge network', { example: '10.224.0.0/24' }),
  gateway: required(ipv4, '172.24.0.1', 'the host\'s address on that network; inside `subnet`', { example: '10.224.0.1' }),
  network: required(choice('own', 'existing'), 'own', '`own`: the stack makes its network, and removes it; `existing`: one of this name is there already, the stack joins it and never removes it', { example: 'existing' }),
  allowOutage: optional(cidr, 'the new `subnet`: confirms that every container goes down while the network is made anew', { example: '10.224.0.0/24' }),
  storeAddress: required(ipv4, '127.0.0.1', 'host address on which Postgres and Redis publish their ports'),

  postgresPort: required(port, '50105', 'host port of Postgres'),
  postgresImage: required(image, official.postgres, 'image of Postgres 15', { example: official.postgres }),
  postgresMemory: required(mebibytes(256), '1GiB', 'memory limit of Postgres'),
  postgresCpus: required(cpus, '2.0', 'CPU limit of Postgres'),
  postgresPassword: optional(secret, 'password of the role `firecrawl`; made on the first deploy when absent'),

  redisPort: required(port, '50104', 'host port of Redis', { example: '50104' }),
  redisImage: required(image, official.redis, 'image of Redis 7', { example: official.redis }),
  redisMemory: required(mebibytes(64), '1GiB', 'memory limit of Redis; 60% of it is `maxmemory`, the rest is for its forks'),
  redisCpus: required(cpus, '1.0', 'CPU limit of Redis'),
  redisPassword: optional(secret, 'password of Redis; made on the first deploy when absent'),

  workerReplicas: required(integer(1, 64), '8', 'how many worker containers', { example: '8' }),
  workerMemory: required(mebibytes(256), '4GiB', 'memory limit of one worker; two thirds of it, 2000MiB at most, are its JavaScript heap', { example: '4GiB' }),
  workerMemoryReservation: required(mebibytes(64), '2GiB', 'memory the engine keeps for a worker under pressure', { example: '2GiB' }),
  workerCpus: required(cpus, '2.0', 'CPU limit of one worker'),
  workerCpuShares: required(integer(2, 262144), '1024', 'weight of a worker when CPUs are short; stands for a CPU reservation', { example: '1024' }),
  workerNofile: required(integer(1024, 1_048_576), '65535', 'open files a worker may have; not above the engine\'s own hard limit', { example: '65535' }),
  workerNofileHard: optional(integer(1024, 1_048_576), 'open files up to which a worker may raise its own limit; absent, the same as `workerNofile`', { example: '65535' }),
  workerBaseImage: required(image, official.node, 'Node 24 image on which the worker is built', { example: official.node }),
  workerBatchSize: required(integer(1, 64), '4', 'jobs of each queue that one worker works on at a time', { example: '4', env: 'WEBHOOK_WORKER_BATCH_SIZE' }),
  globalConcurrency: optional(integer(1, 1024), 'jobs of each queue that all workers together work on at a time; as many as they can when absent', { env: 'WEBHOOK_GLOBAL_CONCURRENCY' }),
  indexingJobTimeout: required(duration, '10m', 'longest time one job may take', { example: '10m', env: 'WEBHOOK_INDEXING_JOB_TIMEOUT' }),
  drainTimeout: required(duration, '20s', 'how long a stopping worker may finish the jobs in hand', { env: 'WEBHOOK_DRAIN_TIMEOUT' }),
  healthInterval: required(duration, '5s', 'time between two health checks of a container; its first verdict comes after one', { example: '5s' }),
  appdataBase: optional(folder, 'folder of the Docker host under which workers keep `pulse_webhook/bm25` and, with an external GPU host, `pulse_webhook/hf_cache`, adopted when there; absent, named volumes are used'),
  protectData: required(flag, 'false', 'whether Pulumi refuses to remove the data volumes, as it should in prod'),
  logLevel: required(choice('DEBUG', 'INFO', 'WARNING', 'ERROR'), 'INFO', 'least important log line that is written', { example: 'INFO', env: 'WEBHOOK_LOG_LEVEL' }),

  gpuHost: required(choice('external', 'embedded'), 'external', '`external`: the three addresses below; `embedded`: TEI, Qdrant and Ollama run as containers of the stack'),
  teiUrl: required(url, 'http://100.74.16.82:52000', 'address of the embedding service (TEI) of an external GPU host', { env: 'WEBHOOK_TEI_URL' }),
  qdrantUrl: required(url, 'http://100.74.16.82:52001', 'address of the vector database (Qdrant) of an external GPU host', { example: 'http://192.0.2.10:52001', env: 'WEBHOOK_QDRANT_URL' }),
  qdrantApiKey: optional(secret, 'API key of the Qdrant of an external GPU host; none is sent when absent', { env: 'WEBHOOK_QDRANT_API_KEY' }),
  ollamaUrl: required(url, 'http://100.74.16.82:52003', 'address of the LLM service (Ollama) of an external GPU host', { example: 'http://192.0.2.10:52003', env: 'WEBHOOK_OLLAMA_URL' }),
  teiImage: required(image, official.tei, 'image of TEI on a CPU, for an embedded GPU host', { example: official.tei }),
  qdrantImage: required(image, official.qdrant, 'image of Qdrant, for an embedded GPU host', { example: official.qdrant }),
  ollamaImage: required(image, official.ollama, 'image of Ollama, for an embedded GPU host', { example: official.ollama }),
  gpuServiceMemory: required(mebibytes(128), '2GiB', 'memory limit of each service of an embedded GPU host'),
  gpuServiceCpus: required(cpus, '2.0', 'CPU limit of each service of an embedded GPU host'),
  localEmbeddings: required(flag, 'false', 'whether a TEI on this host\'s CPUs makes vectors while the GPU host is away; its points are marked'),
  localEmbeddingsMemory: required(mebibytes(512), '4GiB', 'memory limit of that TEI: the model\'s weights in 32 bits, and as much again'),
  localEmbeddingsCpus: required(cpus, '2.0', 'CPU limit of that TEI'),

  embeddingModel: required(slug, 'Qwen/Qwen3-Embedding-0.6B', 'model that TEI serves; part of the collection\'s name', { env: 'WEBHOOK_EMBEDDING_MODEL' }),
  vectorDim: required(integer(1, 65_536), '1024', 'dimensions of that model\'s vectors', { example: '384', env: 'WEBHOOK_VECTOR_DIM' }),
  queryInstruction: required(phrase, 'auto', 'text put before queries, never before documents: `auto` is the model\'s own (Qwen3-Embedding has one), `none`, or the text itself', { env: 'WEBHOOK_QUERY_INSTRUCTION' }),
  teiTimeout: required(duration, '2m', 'longest time one call to TEI may take; a batch on a busy CPU takes a minute', { example: '30s', env: 'WEBHOOK_TEI_TIMEOUT' }),
  maxChunkTokens: required(integer(16, 32_768), '512', 'tokens in one chunk at most, counted by the model\'s own tokenizer', { example: '512', env: 'WEBHOOK_MAX_CHUNK_TOKENS' }),
  chunkOverlapTokens: required(integer(0, 8_192), '50', 'tokens that a chunk repeats of the one before it', { example: '50', env: 'WEBHOOK_CHUNK_OVERLAP_TOKENS' }),

  apiHost: required(ipv4, '0.0.0.0', 'address on which the API will listen; nothing reads it before the API\'s container is part of the stack', { example: '127.0.0.1' }),
  apiPort: required(port, '50108', 'host port of the API, kept free for it until its container is part of the stack', { example: '50108' }),
  apiSecret: optional(secret, 'key of the API\'s callers, for the API\'s container'),
  webhookSecret: optional(secret, 'key with which crawlers sign what they send, for the API\'s container'),

  verification: required(choice('strict', 'warn'), 'strict', 'what a failed check after a deploy does: fail the update, or report and go on'),
} as const satisfies Record<string, Setting<unknown>>;

export type Key = keyof typeof rows;
/** A value for each row. */
export type Values = { readonly [K in Key]: (typeof rows)[K] extends Setting<infer T> ? T : never };

export interface Settings extends Values {
  readonly stack: string;
  /** First part of every name the stack makes: `pulse` in prod, `pulse-<stack>` elsewhere. */
  readonly prefix: string;
  /** Alias of the vector collection: project, stack, model and dimension, so that stacks can share one GPU host. */
  readonly collection: string;
}

/** One report of all that is wrong with a stack's configuration. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(stack: string, faults: readonly string[]) {
    super(`the configuration of stack '${stack}' has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * The checked settings of a stack.
 * @param texts what is configured, key to text; absent keys take their defaults
 * @throws SettingsError naming every faulty key, with its value (never a secret's) and an example
 */
export function parseSettings(stack: string, texts: Readonly<Record<string, string>>): Settings {
  const faults: string[] = Object.keys(texts)
    .filter((key) => !(key in rows))
    .map((key) => `pulse:${key} is not a setting; ${unknownRemedy(key)}`);
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries<Setting<unknown>>(rows)) {
    const text = texts[key] ?? row.default;
    if (text === undefined) continue;
    const parsed = row.kind.parse(text);
    if ('problem' in parsed) faults.push(`pulse:${key} ${row.kind.secret ? '' : `is '${text}': `}${parsed.problem}; for example: pulumi config set ${row.kind.secret ? '--secret ' : ''}pulse:${key} ${row.kind.secret ? `"${row.example}"` : `'${row.example}'`}`);
    else values[key] = parsed.value;
  }
  const prefix = prefixOf(stack);
  faults.push(...crossFieldFaults(values));
  if (faults.length > 0) throw new SettingsError(stack, faults);

  const settings = values as unknown as Values;
  return { ...settings, stack, prefix, collection: collectionAlias(stack, settings.embeddingModel, settings.vectorDim) };
}

/** `Qwen/Qwen3-Embedding-0.6B`, 1024 on dev -> `pulse-dev-qwen3-embedding-0-6b-1024`. */
export function collectionAlias(stack: string, model: string, dimensions: number): string {
  const name = model.split('/').at(-1) ?? model;
  return `pulse-${stack}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${dimensions}`;
}

function unknownRemedy(key: string): string {
  const near = findNearest(key, Object.keys(rows));
  return near === undefined
    ? `docs/configuration.md lists them; remove it with: pulumi config rm pulse:${key}`
    : `did you mean pulse:${near}? Rename it, or remove it with: pulumi config rm pulse:${key}`;
}
