import { api } from './codes/api.ts';
import { backup } from './codes/backup.ts';
import { documents } from './codes/documents.ts';
import { frontDoor } from './codes/front-door.ts';
import { host } from './codes/host.ts';
import { indexing } from './codes/indexing.ts';
import { keywords } from './codes/keywords.ts';
import { monitoring } from './codes/monitoring.ts';
import { ollama } from './codes/ollama.ts';
import { postgres } from './codes/postgres.ts';
import { qdrant } from './codes/qdrant.ts';
import { redis } from './codes/redis.ts';
import { reranker } from './codes/reranker.ts';
import { senders } from './codes/senders.ts';
import { tei } from './codes/tei.ts';
import { verification } from './codes/verification.ts';
import { webhooks } from './codes/webhooks.ts';
import { worker } from './codes/worker.ts';

/**
 * The catalogue of error codes for logs, verification, `./pulse explain` and docs/codes.md. It
 * imports no package, because the host's command line reads it too.
 */
export const codes = {
  ...api,
  ...webhooks,
  ...documents,
  ...indexing,
  ...keywords,
  ...postgres,
  ...redis,
  ...tei,
  ...qdrant,
  ...ollama,
  ...reranker,
  ...verification,
  ...worker,
  ...frontDoor,
  ...host,
  ...senders,
  ...backup,
  ...monitoring,
} as const;

export type Code = keyof typeof codes;
