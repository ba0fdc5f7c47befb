import { z } from 'zod';

const millisecondsOf: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `20s`, `10m` -> milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'is not a duration such as 20s or 10m')
  .transform((text) => {
    const [, count = '0', unit = 's'] = /^(\d+)(\D+)$/.exec(text) ?? [];
    return Number(count) * (millisecondsOf[unit] ?? 1000);
  });
const whole = (least: number) =>
  z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).pipe(z.number().min(least));
const address = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `is not an address that begins with ${protocols.join(' or ')}//`,
    );
const http = address('http:', 'https:').transform((text) => text.replace(/\/+$/, ''));

/** Every variable that a worker reads. */
export const environment = z.object({
  REDIS_URL: address('redis:', 'rediss:'),
  // The deployment that this replaces writes the URL in SQLAlchemy's form.
  WEBHOOK_DATABASE_URL: z
    .string()
    .transform((text) => text.replace(/^postgresql\+\w+:/, 'postgresql:'))
    .pipe(address('postgresql:', 'postgres:')),
  WEBHOOK_TEI_URL: http,
  WEBHOOK_LOCAL_TEI_URL: http.optional(),
  WEBHOOK_QDRANT_URL: http,
  WEBHOOK_QDRANT_API_KEY: z.string().min(1).optional(),
  WEBHOOK_OLLAMA_URL: http,
  WEBHOOK_EMBEDDING_MODEL: z.string().min(1),
  WEBHOOK_VECTOR_DIM: whole(1),
  WEBHOOK_COLLECTION: z.string().regex(/^[\w.-]+$/, 'has characters a collection cannot have'),
  WEBHOOK_QUERY_INSTRUCTION: z.string().min(1).default('auto'),
  WEBHOOK_MAX_CHUNK_TOKENS: whole(16).default(512),
  WEBHOOK_CHUNK_OVERLAP_TOKENS: whole(0).default(50),
  WEBHOOK_WORKER_BATCH_SIZE: whole(1).default(4),
  WEBHOOK_GLOBAL_CONCURRENCY: whole(1).optional(),
  WEBHOOK_INDEXING_JOB_TIMEOUT: duration.default(600_000),
  // A batch of 32 on a slow CPU that others use as well takes a minute.
  WEBHOOK_TEI_TIMEOUT: duration.default(120_000),
  WEBHOOK_DRAIN_TIMEOUT: duration.default(20_000),
  WEBHOOK_STUCK_AFTER: duration.default(45_000),
  WEBHOOK_WEDGED_AFTER: duration.default(100_000),
  WEBHOOK_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']).default('INFO'),
  WEBHOOK_WORKER_NAME: z.string().min(1).default(`worker-${process.pid}`),
  WEBHOOK_KEYWORD_DIR: z.string().default('/app/data/bm25'),
  WEBHOOK_HEARTBEAT_FILE: z.string().default('/run/pulse/heartbeat'),
  HF_HOME: z.string().default('/app/.cache/huggingface'),
  HF_ENDPOINT: http.default('https://huggingface.co'),
});

export type Settings = ReturnType<typeof readSettings>;

/** Every fault of the environment, a line each; never a value, since many are secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** @throws SettingsError with all faults at once */
export function readSettings(env: NodeJS.ProcessEnv) {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message, code }) =>
        `  - ${path.join('.')} ${code === 'invalid_type' ? 'is missing' : message}`,
    );
    throw new SettingsError(`the environment has ${faults.length} fault(s):\n${faults.join('\n')}`);
  }
  const values = parsed.data;
  return {
    redisUrl: values.REDIS_URL,
    databaseUrl: values.WEBHOOK_DATABASE_URL,
    teiUrl: values.WEBHOOK_TEI_URL,
    localTeiUrl: values.WEBHOOK_LOCAL_TEI_URL,
    qdrantUrl: values.WEBHOOK_QDRANT_URL,
    qdrantApiKey: values.WEBHOOK_QDRANT_API_KEY,
    ollamaUrl: values.WEBHOOK_OLLAMA_URL,
    embeddingModel: values.WEBHOOK_EMBEDDING_MODEL,
    vectorDim: values.WEBHOOK_VECTOR_DIM,
    collection: values.WEBHOOK_COLLECTION,
    queryInstruction: values.WEBHOOK_QUERY_INSTRUCTION,
    maxChunkTokens: values.WEBHOOK_MAX_CHUNK_TOKENS,
    chunkOverlapTokens: values.WEBHOOK_CHUNK_OVERLAP_TOKENS,
    batchSize: values.WEBHOOK_WORKER_BATCH_SIZE,
    globalConcurrency: values.WEBHOOK_GLOBAL_CONCURRENCY,
    jobTimeoutMs: values.WEBHOOK_INDEXING_JOB_TIMEOUT,
    teiTimeoutMs: values.WEBHOOK_TEI_TIMEOUT,
    drainTimeoutMs: values.WEBHOOK_DRAIN_TIMEOUT,
    stuckAfterMs: values.WEBHOOK_STUCK_AFTER,
    wedgedAfterMs: values.WEBHOOK_WEDGED_AFTER,
    logLevel: values.WEBHOOK_LOG_LEVEL,
    workerName: values.WEBHOOK_WORKER_NAME,
    keywordDir: values.WEBHOOK_KEYWORD_DIR,
    heartbeatFile: values.WEBHOOK_HEARTBEAT_FILE,
    hfHome: values.HF_HOME,
    hfEndpoint: values.HF_ENDPOINT,
  };
}
