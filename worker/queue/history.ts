import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

import { depthKey } from '../../shared/queue-names.ts';
import { withRedisErrors } from './faults.ts';
import type { DocumentJob, Queues } from './queues.ts';

/** How far back the queues are remembered. */
export const keptMinutes = 60;
export const depthSampleEverySeconds = 15;
const keptSamples = (keptMinutes * 60) / depthSampleEverySeconds;

/** A time in seconds since 1970, and a number of `indexing` and of `embedding`. */
export type QueuePoint = readonly [atSeconds: number, indexing: number, embedding: number];

/** Adds a sample of how many documents are not done. */
export async function addDepthSample(redis: Redis, sample: QueuePoint): Promise<void> {
  await withRedisErrors(async () => {
    const added = await redis
      .multi()
      .rpush(depthKey, JSON.stringify(sample))
      .ltrim(depthKey, -keptSamples, -1)
      .exec();
    for (const [error] of added ?? []) if (error !== null) throw error;
  });
}

/** @returns the samples of the last hour, oldest first */
export async function readDepthSamples(redis: Redis): Promise<QueuePoint[]> {
  const texts = await withRedisErrors(() => redis.lrange(depthKey, 0, -1));
  const samples = texts.map((text) => JSON.parse(text) as QueuePoint);
  const fromSeconds = Date.now() / 1_000 - keptMinutes * 60;
  return samples.filter(([atSeconds]) => atSeconds >= fromSeconds);
}

/** @returns how many jobs ended well in each minute of the last hour, oldest first, this one last */
export async function readThroughput(queues: Queues): Promise<QueuePoint[]> {
  const [indexing, embedding] = await Promise.all([
    readEndedByMinute(queues.queue('indexing')),
    readEndedByMinute(queues.queue('embedding')),
  ]);
  const thisMinute = minuteOf(Date.now());
  return Array.from({ length: keptMinutes }, (_, index): QueuePoint => {
    const minute = thisMinute - keptMinutes + 1 + index;
    return [minute * 60, indexing.get(minute) ?? 0, embedding.get(minute) ?? 0];
  });
}

/**
 * BullMQ counts by the minute, and writes a minute down at the first job of a later one: until then
 * its jobs are those since the last count that was written.
 */
async function readEndedByMinute(queue: Queue<DocumentJob>): Promise<Map<number, number>> {
  const { meta, data } = await withRedisErrors(() =>
    queue.getMetrics('completed', 0, keptMinutes - 1),
  );
  const minute = minuteOf(meta.prevTS);
  const written = data.map((jobs, index) => [minute - 1 - index, jobs] as const);
  return new Map([[minute, meta.count - meta.prevCount], ...written]);
}

function minuteOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000);
}
