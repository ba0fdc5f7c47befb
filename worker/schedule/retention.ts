import type { Pool } from 'pg';

import { deleteExpired } from '../records/retention.ts';
import { forgetAbandonedTasks } from '../records/scheduled-tasks.ts';
import type { ScheduledTask } from './schedule.ts';

/** How much a stack keeps, as its settings say. */
export interface RetentionSettings {
  readonly keepVersions: number;
  readonly keepRunDays: number;
  readonly keepDeliveryDays: number;
  readonly keepCrawlPageDays: number;
}

const dayMs = 86_400_000;
/** A crawl is one row: what it brought can be compared with the same season of the year before. */
const keepCrawlDays = 365;

/** Removes once a day what the stack does not keep. */
export function retentionTask(pool: Pool, settings: RetentionSettings): ScheduledTask {
  const { keepVersions, keepRunDays, keepDeliveryDays, keepCrawlPageDays } = settings;
  const kept = {
    versions: keepVersions,
    runDays: keepRunDays,
    deliveryDays: keepDeliveryDays,
    crawlPageDays: keepCrawlPageDays,
    crawlDays: keepCrawlDays,
  };
  return {
    name: 'retention',
    everyMs: dayMs,
    run: async (signal) => {
      const removed = await deleteExpired(pool, kept, undefined, signal);
      await forgetAbandonedTasks(pool);
      return { ...removed };
    },
  };
}
