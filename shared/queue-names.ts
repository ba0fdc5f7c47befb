/** Queue names and Redis keys, for the worker that writes them and the probes that read them. */
export const queueNames = { indexing: 'indexing', embedding: 'embedding' } as const;

export type QueueName = keyof typeof queueNames;

/** BullMQ's `prefix`; its keys are `<prefix>:<queue>:<kind>`. */
export const queuePrefix = 'pulse';

/** Prefix of the key that says which worker sweeps. */
export const sweepKey = 'pulse:sweep';

/** Prefix of one key for each worker, written with an expiry at each heartbeat. */
export const workerKeyPrefix = 'pulse:workers:';

/** Prefix of one key for each worker: when it started in the last 15 minutes. */
export const workerStartsPrefix = 'pulse:worker-starts:';

/** A list of how many documents were not done, the newest last. */
export const depthKey = 'pulse:queue-depth';

/** A key that a worker writes at its start, to find out whether Redis takes writes. */
export const writableKey = 'pulse:writable';

/** A hash with what the processes of the stack have counted, which /metrics shows. */
export const totalsKey = 'pulse:totals';

/** A hash with what each replica of the API says of its own process, by its name. */
export const processesKey = 'pulse:processes';

/** Prefix of one key for each address that tries to log in, with its tries of the last minute. */
export const loginTriesPrefix = 'pulse:login-tries:';
