import { readHeartbeats } from '../queue/heartbeats.ts';
import type { HeartbeatRecord } from '../queue/heartbeats.ts';
import type { Queues } from '../queue/queues.ts';

/** A worker that is alive. Its fields are JSON output. */
export interface ListedWorker extends Omit<HeartbeatRecord, 'heartbeatAt' | 'pid'> {
  readonly heartbeatAt: Date;
  readonly heartbeatAgeSeconds: number;
}

/**
 * @returns the workers whose last heartbeat has not expired, by name
 * @throws PulseError whose code begins with REDIS
 */
export async function listWorkers(dependencies: {
  readonly queues: Pick<Queues, 'redis'>;
}): Promise<ListedWorker[]> {
  return (await readHeartbeats(dependencies)).map((worker) => ({
    name: worker.name,
    consuming: worker.consuming,
    heartbeatAt: worker.heartbeatAt,
    heartbeatAgeSeconds: Math.round((Date.now() - worker.heartbeatAt.getTime()) / 1_000),
    startedAt: worker.startedAt,
    active: worker.active,
    holdsBack: worker.holdsBack,
    memoryMiB: worker.memoryMiB,
    memoryLimitMiB: worker.memoryLimitMiB,
    starts15m: worker.starts15m,
  }));
}
