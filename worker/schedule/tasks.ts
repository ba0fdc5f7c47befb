import type { Enqueuer } from '../api/enqueuer.ts';
import type { PageReader } from '../api/page-reader.ts';
import type { ApiSettings } from '../api/settings.ts';
import { Firecrawl } from '../crawls/firecrawl.ts';
import { readCrawlStatus } from '../crawls/read-status.ts';
import { reconcileDue } from '../crawls/reconcile.ts';
import type { Services } from '../services.ts';
import { retentionTask } from './retention.ts';
import type { ScheduledTask } from './schedule.ts';

export interface TaskDependencies {
  readonly settings: ApiSettings;
  readonly services: Pick<Services, 'pool' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
}

/** @returns everything that runs by the clock, in whichever replica of the API */
export function listTasks(dependencies: TaskDependencies): ScheduledTask[] {
  const { services, settings } = dependencies;
  return [retentionTask(services.pool, settings), ...reconciliationTasks(dependencies)];
}

/** None without an address to ask. */
function reconciliationTasks({ settings, services, enqueuer }: TaskDependencies): ScheduledTask[] {
  const { firecrawlUrl, firecrawlApiKey } = settings;
  if (firecrawlUrl === undefined) return [];
  const firecrawl = new Firecrawl({ firecrawlUrl, firecrawlApiKey }, async (bytes) =>
    readCrawlStatus(bytes),
  );
  const enqueue = (ids: readonly string[]) => enqueuer.queues.enqueueAll('indexing', ids);
  return [
    {
      name: 'reconciliation',
      everyMs: 5_000,
      run: (signal) => reconcileDue({ ...services, firecrawl, enqueue }, signal),
    },
  ];
}
