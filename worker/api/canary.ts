import type { CanaryDependencies } from '../operator/canary.ts';
import { countQueues } from '../operator/counts.ts';
import { createFrontDoorPipeline } from '../operator/front-door.ts';
import { isPaused } from '../operator/settings.ts';
import { readHeartbeats } from '../queue/heartbeats.ts';
import type { Services } from '../services.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { ApiSettings } from './settings.ts';

export interface CanarySources {
  readonly settings: ApiSettings;
  readonly services: Services;
  readonly enqueuer: Enqueuer;
}

/**
 * What a canary needs, in a replica of the API. It goes the way of a program outside: by the front
 * door, or where there is none to this process.
 */
export function prepareCanary({ settings, services, enqueuer }: CanarySources): CanaryDependencies {
  const { pool, removals } = services;
  const { frontDoor, host, port, apiSecret } = settings;
  const own = host === '0.0.0.0' ? '127.0.0.1' : host;
  return {
    pool,
    removals,
    queues: enqueuer.queues,
    settings,
    pipeline: {
      ...createFrontDoorPipeline(`http://${frontDoor ?? own}:${port}`, apiSecret),
      workers: () => readHeartbeats(services),
      isPaused: () => isPaused(pool),
      queueCounts: () => countQueues(services),
    },
  };
}
