/**
 * Queue names and Redis key prefixes, shared by the worker that uses them and the probes that look
 * at them.
 */
export const queueNames = { indexing: 'indexing', embedding: 'embedding' } as const;

export type QueueName = keyof typeof queueNames;

/** BullMQ's `prefix`: its keys are `<prefix>:<queue>:<kind>`. */
export const queuePrefix = 'pulse';

/** Under it: who sweeps, and where the last sweep stopped. */
export const sweepKey = 'pulse:sweep';

/** One key a worker, written with an expiry at each heartbeat. */
export const workerKeyPrefix = 'pulse:workers:';
