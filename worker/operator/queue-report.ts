import type { QueueName } from '../../shared/queue-names.ts';
import { addDepthSample, readDepthSamples, readThroughput } from '../queue/history.ts';
import type { QueuePoint } from '../queue/history.ts';
import { readOldestPending } from '../records/failures.ts';
import { countQueues } from './counts.ts';
import type { CountDependencies, QueueCounts } from './counts.ts';
import { takeSnapshot } from './snapshot.ts';
import type { SnapshotDependencies } from './snapshot.ts';
import { explainStandstill } from './why.ts';
import type { MovementReport } from './why.ts';

/** The queues now and in the last hour. Its fields are JSON output. */
export interface QueueReport {
  readonly why: MovementReport;
  readonly queues: Readonly<Record<QueueName, QueueCounts>>;
  /** Since the document came in that has waited for the longest; null when none waits. */
  readonly oldestSeconds: number | null;
  /** Documents that were not done. */
  readonly depth: readonly QueuePoint[];
  /** Jobs that ended well, by the minute. */
  readonly throughput: readonly QueuePoint[];
}

/** @throws PulseError while Postgres or Redis is away */
export async function reportQueues(dependencies: SnapshotDependencies): Promise<QueueReport> {
  const { queues } = dependencies;
  const [now, depth, throughput] = await Promise.all([
    describeQueues(dependencies),
    readDepthSamples(queues.redis),
    readThroughput(queues),
  ]);
  return { ...now, depth, throughput };
}

/**
 * The queues as they are now.
 *
 * @throws PulseError while Postgres or Redis is away
 */
export async function describeQueues(
  dependencies: SnapshotDependencies,
): Promise<Omit<QueueReport, 'depth' | 'throughput'>> {
  const [snapshot, oldestSeconds] = await Promise.all([
    takeSnapshot(dependencies),
    readOldestPending(dependencies.pool),
  ]);
  return { why: explainStandstill(snapshot), queues: snapshot.queues, oldestSeconds };
}

/**
 * Notes how many documents are not done in each stage.
 *
 * @throws PulseError while Postgres or Redis is away
 */
export async function sampleDepth(
  dependencies: CountDependencies,
): Promise<Record<QueueName, number>> {
  const { indexing, embedding } = await countQueues(dependencies);
  const depth = { indexing: depthOf(indexing), embedding: depthOf(embedding) };
  const atSeconds = Math.floor(Date.now() / 1_000);
  const sample = [atSeconds, depth.indexing, depth.embedding] as const;
  await addDepthSample(dependencies.queues.redis, sample);
  return depth;
}

function depthOf({ waiting, active, delayed }: QueueCounts): number {
  return waiting + active + delayed;
}
