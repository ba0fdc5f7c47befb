import type { Redis } from 'ioredis';

import type { WorkerHeartbeat } from '../../healthchecks/pipeline.ts';
import { workerKeyPrefix, workerStartsPrefix } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { withRedisErrors } from './faults.ts';

/** What a worker writes about itself at each heartbeat, as JSON. */
export interface HeartbeatRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly consuming: boolean;
  readonly active: Readonly<Record<QueueName, number>>;
  /** Queues from which it takes no jobs now, because a service that they need is away. */
  readonly holdsBack: readonly QueueName[];
  /** Of its container: see `readMemory`. */
  readonly memoryMiB: number;
  /** Null where its container has no limit. */
  readonly memoryLimitMiB: number | null;
  /** How often a worker of this name has started in the last 15 minutes, this start included. */
  readonly starts15m: number;
}

/** A worker's last heartbeat. */
export type LiveWorker = WorkerHeartbeat & Omit<HeartbeatRecord, keyof WorkerHeartbeat>;

/** @returns the key of a worker's heartbeat, which expires */
export function heartbeatKey(workerName: string): string {
  return `${workerKeyPrefix}${workerName}`;
}

const startsWindowMs = 15 * 60_000;

/**
 * Counts a worker's starts in the last 15 minutes. They are read from Redis once, at this start:
 * Redis counts no start twice, however often this is tried.
 *
 * @returns how many there are now, whenever it is called
 */
export async function recordStart(
  redis: Redis,
  workerName: string,
  startedAtMs: number,
): Promise<() => number> {
  const key = `${workerStartsPrefix}${workerName}`;
  const answers = await redis
    .multi()
    .zadd(key, startedAtMs, String(startedAtMs))
    .zremrangebyscore(key, 0, startedAtMs - startsWindowMs)
    .pexpire(key, startsWindowMs)
    .zrange(key, '0', '-1')
    .exec();
  for (const [error] of answers ?? []) if (error !== null) throw error;
  const starts = ((answers?.at(-1)?.[1] as string[] | undefined) ?? []).map(Number);
  return () => starts.filter((startMs) => startMs > Date.now() - startsWindowMs).length;
}

/**
 * @returns the workers whose last heartbeat has not expired, by name
 * @throws PulseError whose code begins with REDIS
 */
export async function readHeartbeats({
  queues: { redis },
}: {
  readonly queues: { readonly redis: Redis };
}): Promise<LiveWorker[]> {
  const pattern = { match: `${workerKeyPrefix}*`, count: 1000 };
  const texts = await withRedisErrors(async () => {
    const keys: string[] = [];
    for await (const found of redis.scanStream(pattern) as AsyncIterable<string[]>)
      keys.push(...found);
    return keys.length === 0 ? [] : redis.mget([...new Set(keys)].sort());
  });
  return texts.flatMap((text) => (text === null ? [] : [parseHeartbeat(text)]));
}

function parseHeartbeat(text: string): LiveWorker {
  const record = JSON.parse(text) as HeartbeatRecord;
  return {
    ...record,
    // During an update, a worker of an earlier release does not write what it holds back.
    holdsBack: record.holdsBack ?? [],
    // Nor its limit and its starts.
    memoryLimitMiB: record.memoryLimitMiB ?? null,
    starts15m: record.starts15m ?? 1,
    heartbeatAt: new Date(record.heartbeatAt),
  };
}
