import type { Enqueuer } from '../api/enqueuer.ts';
import type { PageReader } from '../api/page-reader.ts';
import type { ApiSettings } from '../api/settings.ts';
import type { Services } from '../services.ts';
import type { ScheduledTask } from './schedule.ts';

export interface TaskDependencies {
  readonly settings: ApiSettings;
  readonly services: Pick<Services, 'pool' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
}

/** @returns everything that runs by the clock, in whichever replica of the API */
export function listTasks(_dependencies: TaskDependencies): ScheduledTask[] {
  return [];
}
