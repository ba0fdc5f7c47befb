import { readGpuHostState } from '../circuit/circuits.ts';
import type { Circuits } from '../circuit/circuits.ts';
import { readHeartbeats } from '../queue/heartbeats.ts';
import { countQueues } from './counts.ts';
import type { CountDependencies } from './counts.ts';
import { listSuspects } from './suspects.ts';
import type { SuspectDependencies } from './suspects.ts';
import type { QueueSnapshot } from './why.ts';

export interface SnapshotDependencies extends CountDependencies, SuspectDependencies {
  readonly circuits: Circuits;
}

const maxSuspects = 100;

/** Reads everything that can keep documents waiting. */
export async function takeSnapshot(dependencies: SnapshotDependencies): Promise<QueueSnapshot> {
  const [queues, workers, away, suspects] = await Promise.all([
    countQueues(dependencies),
    readHeartbeats(dependencies),
    readGpuHostState(dependencies.circuits),
    listSuspects(dependencies, maxSuspects),
  ]);
  return {
    nowMs: Date.now(),
    queues,
    workers,
    away: away.kind === 'closed' ? undefined : away,
    suspects,
  };
}
