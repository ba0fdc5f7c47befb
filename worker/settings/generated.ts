/** Written from the table in settings.ts by `npm run settings`; a test compares. */
import { choice, duration, httpUrl, integer, text, variable } from './kinds.ts';

export const settingVariables = {
  batchSize: variable('WEBHOOK_WORKER_BATCH_SIZE', integer(1, 64).prefault('4')),
  globalConcurrency: variable('WEBHOOK_GLOBAL_CONCURRENCY', integer(1, 1024).optional()),
  jobTimeoutMs: variable('WEBHOOK_INDEXING_JOB_TIMEOUT', duration.prefault('10m')),
  drainTimeoutMs: variable('WEBHOOK_DRAIN_TIMEOUT', duration.prefault('20s')),
  logLevel: variable('WEBHOOK_LOG_LEVEL', choice('DEBUG', 'INFO', 'WARNING', 'ERROR').prefault('INFO')),
  teiUrl: variable('WEBHOOK_TEI_URL', httpUrl),
  teiApiKey: variable('WEBHOOK_TEI_API_KEY', text.optional()),
  teiLogin: variable('WEBHOOK_TEI_LOGIN', text.optional()),
  teiModelId: variable('WEBHOOK_TEI_MODEL_ID', text.optional()),
  qdrantUrl: variable('WEBHOOK_QDRANT_URL', httpUrl),
  qdrantApiKey: variable('WEBHOOK_QDRANT_API_KEY', text.optional()),
  qdrantLogin: variable('WEBHOOK_QDRANT_LOGIN', text.optional()),
  ollamaUrl: variable('WEBHOOK_OLLAMA_URL', httpUrl.optional()),
  ollamaApiKey: variable('WEBHOOK_OLLAMA_API_KEY', text.optional()),
  ollamaLogin: variable('WEBHOOK_OLLAMA_LOGIN', text.optional()),
  embeddingModel: variable('WEBHOOK_EMBEDDING_MODEL', text),
  hfToken: variable('HF_TOKEN', text.optional()),
  hfEndpoint: variable('HF_ENDPOINT', httpUrl.optional()),
  vectorDim: variable('WEBHOOK_VECTOR_DIM', integer(1, 65536)),
  localTeiApiKey: variable('WEBHOOK_LOCAL_TEI_API_KEY', text.optional()),
  queryInstruction: variable('WEBHOOK_QUERY_INSTRUCTION', text.prefault('auto')),
  teiTimeoutMs: variable('WEBHOOK_TEI_TIMEOUT', duration.prefault('2m')),
  maxChunkTokens: variable('WEBHOOK_MAX_CHUNK_TOKENS', integer(16, 32768).prefault('512')),
  chunkOverlapTokens: variable('WEBHOOK_CHUNK_OVERLAP_TOKENS', integer(0, 8192).prefault('50')),
};
