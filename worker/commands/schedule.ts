import { schedule as definition } from '../../shared/commands/schedule.ts';
import { formatScheduledTask } from '../../shared/scheduled-task.ts';
import { readScheduledTasks } from '../records/scheduled-tasks.ts';
import { workerCommand } from './command.ts';
import { answerRows } from './format.ts';

export const schedule = workerCommand(definition, async ({ services: { pool } }) =>
  answerRows(await readScheduledTasks(pool), 'Nothing has run yet.', formatScheduledTask),
);
