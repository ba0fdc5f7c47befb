/** The parts that a stack is made of. */
export { Api } from './api.ts';
export { Backups } from './backups.ts';
export { DataFolders } from './data-folders.ts';
export { containerNamesOf } from './docker/in-stack.ts';
export { FrontDoor } from './front-door.ts';
export { GpuHost } from './gpu-host.ts';
export { KeywordVolume } from './keyword-volume.ts';
export { LocalEmbeddings } from './local-embeddings.ts';
export { ModelCache } from './model-cache.ts';
export { Network } from './network.ts';
export { Postgres } from './postgres.ts';
export { Redis } from './redis.ts';
export { Secrets } from './secrets.ts';
export { Verification } from './verification.ts';
export { WorkerImage } from './worker-image.ts';
export { WorkerPool } from './worker-pool.ts';
