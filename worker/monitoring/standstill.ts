import { codes } from '../../shared/codes.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import { queueBlocked, queueJobs } from '../metrics/gauges.ts';
import { takeSnapshot } from '../operator/snapshot.ts';
import type { SnapshotDependencies } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';

/** Where nothing has a code: the operator has paused it, or all of it waits after a failure. */
const paused = 'PAUSED';
const backingOff = 'BACKING_OFF';
const blocking = [
  paused,
  backingOff,
  'WORKERS_MISSING',
  'WORKER_STUCK',
  'INDEXING_POISON',
  ...Object.keys(codes).filter((code) => /^(TEI|QDRANT)_/.test(code)),
];

/** Counts what waits and what failed, in Redis and in Postgres. */
export async function readStandstill(dependencies: SnapshotDependencies): Promise<Sample[]> {
  const snapshot = await takeSnapshot(dependencies);
  const { moving, code } = explainStandstill(snapshot);
  const { queues } = snapshot;
  const isPaused = Object.values(queues).some((queue) => queue.paused);
  const cause = moving ? undefined : (code ?? (isPaused ? paused : backingOff));
  const known = cause === undefined ? blocking : [...new Set([...blocking, cause])];
  return [
    ...known.map((each) => sample(queueBlocked, Number(each === cause), { code: each })),
    ...(Object.keys(queues) as QueueName[]).map((queue) =>
      sample(queueJobs, queues[queue].failed, { queue, state: 'failed' }),
    ),
  ];
}
