import { prepareCanary } from '../api/canary.ts';
import type { Enqueuer } from '../api/enqueuer.ts';
import type { PageReader } from '../api/page-reader.ts';
import type { ApiSettings } from '../api/settings.ts';
import { fetchLostChanges } from '../crawls/changedetection.ts';
import { Firecrawl } from '../crawls/firecrawl.ts';
import { reconcileDue } from '../crawls/reconcile.ts';
import { sampleDepth } from '../operator/queue-report.ts';
import { depthSampleEverySeconds } from '../queue/history.ts';
import type { Services } from '../services.ts';
import { canaryByTheClock } from './canary.ts';
import { retentionTask } from './retention.ts';
import type { ScheduledTask } from './schedule.ts';

export interface TaskDependencies {
  readonly settings: ApiSettings;
  readonly services: Services;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
}

/** @returns everything that runs by the clock, in whichever replica of the API */
export function listTasks(dependencies: TaskDependencies): ScheduledTask[] {
  const { services, settings } = dependencies;
  return [
    retentionTask(services.pool, settings),
    canaryByTheClock(prepareCanary(dependencies), settings.canaryIntervalMs),
    depthTask(services),
    ...firecrawlTasks(dependencies),
    ...changedetectionTasks(dependencies),
  ];
}

/** Notes how much waits: what `GET /api/queue` shows of the last hour. */
function depthTask(services: Services): ScheduledTask {
  return {
    name: 'queue-depth',
    everyMs: depthSampleEverySeconds * 1_000,
    run: () => sampleDepth(services),
  };
}

/** None without an address to ask. */
function firecrawlTasks(dependencies: TaskDependencies): ScheduledTask[] {
  const { settings, services, enqueuer, reader } = dependencies;
  const { firecrawlUrl, firecrawlApiKey } = settings;
  if (firecrawlUrl === undefined) return [];
  const firecrawl = new Firecrawl({ firecrawlUrl, firecrawlApiKey }, (bytes) =>
    reader.readAs('crawlStatus', bytes),
  );
  const enqueue = enqueueWith(enqueuer);
  return [
    {
      name: 'reconciliation',
      everyMs: 5_000,
      run: (signal) => reconcileDue({ ...services, firecrawl, enqueue }, signal),
    },
  ];
}

/** None without an address to ask. */
function changedetectionTasks(dependencies: TaskDependencies): ScheduledTask[] {
  const { settings, services, enqueuer, reader } = dependencies;
  const { changedetectionUrl, changedetectionApiKey } = settings;
  if (changedetectionUrl === undefined) return [];
  const address = { changedetectionUrl, changedetectionApiKey };
  const enqueue = enqueueWith(enqueuer);
  const read = (body: Buffer<ArrayBuffer>) => reader.readAs('changedetection', body);
  const depending = { ...services, read, enqueue, tried: new Map<string, number>() };
  return [
    {
      name: 'changedetection',
      everyMs: 3_600_000,
      run: (signal) => fetchLostChanges(depending, address, signal),
    },
  ];
}

function enqueueWith({ queues }: Enqueuer): (documentIds: readonly string[]) => Promise<void> {
  return async (documentIds) => void (await queues.enqueueAll('indexing', documentIds));
}
