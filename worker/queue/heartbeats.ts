import type { Redis } from 'ioredis';

import type { WorkerHeartbeat } from '../../healthchecks/pipeline.ts';
import { workerKeyPrefix } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';

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
  /** Resident size. */
  readonly memoryMiB: number;
}

/** A worker's last heartbeat. */
export type LiveWorker = WorkerHeartbeat & Omit<HeartbeatRecord, keyof WorkerHeartbeat>;

/** @returns the key of a worker's heartbeat, which expires */
export function heartbeatKey(workerName: string): string {
  return `${workerKeyPrefix}${workerName}`;
}

/** @returns the workers whose last heartbeat has not expired, by name */
export async function readHeartbeats({
  queues: { redis },
}: {
  readonly queues: { readonly redis: Redis };
}): Promise<LiveWorker[]> {
  const pattern = { match: `${workerKeyPrefix}*`, count: 1000 };
  const keys: string[] = [];
  for await (const found of redis.scanStream(pattern) as AsyncIterable<string[]>)
    keys.push(...found);
  const texts = keys.length === 0 ? [] : await redis.mget([...new Set(keys)].sort());
  return texts.filter((text) => text !== null).map(parseHeartbeat);
}

function parseHeartbeat(text: string): LiveWorker {
  const record = JSON.parse(text) as HeartbeatRecord;
  return {
    ...record,
    // During an update, a worker of an earlier release does not write what it holds back.
    holdsBack: record.holdsBack ?? [],
    heartbeatAt: new Date(record.heartbeatAt),
  };
}
