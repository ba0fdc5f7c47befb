import { readGpuHostState } from '../circuit/circuits.ts';
import { countQueues, readHeartbeats } from '../pipeline.ts';
import type { Services } from '../services.ts';
import { listSuspects } from './listing.ts';
import type { QueueSnapshot } from './why.ts';

const maxSuspects = 100;

/** One look at everything that can keep documents waiting. */
export async function takeSnapshot(services: Services): Promise<QueueSnapshot> {
  const [queues, workers, away, suspicious] = await Promise.all([
    countQueues(services),
    readHeartbeats(services),
    readGpuHostState(services.circuits),
    listSuspects(services, maxSuspects),
  ]);
  return {
    nowMs: Date.now(),
    queues,
    workers,
    away: away.kind === 'closed' ? undefined : away,
    suspects: suspicious,
  };
}
