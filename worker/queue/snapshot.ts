import { gpuHostState } from '../circuit/circuits.ts';
import { queueCounts, sightings } from '../pipeline.ts';
import type { Services } from '../services.ts';
import { suspects } from './listing.ts';
import type { Seen } from './why.ts';

const suspectsAtMost = 100;

/** One look at everything that can keep documents waiting. */
export async function seenNow(services: Services): Promise<Seen> {
  const [queues, workers, away, suspicious] = await Promise.all([
    queueCounts(services),
    sightings(services),
    gpuHostState(services.gpuHost),
    suspects(services, suspectsAtMost),
  ]);
  return {
    nowMs: Date.now(),
    queues,
    workers,
    away: away.kind === 'closed' ? undefined : away,
    suspects: suspicious,
  };
}
