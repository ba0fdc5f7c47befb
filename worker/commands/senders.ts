import { senders as definition } from '../../shared/commands/senders.ts';
import { readLastDeliveries } from '../records/last-deliveries.ts';
import { workerCommand } from './command.ts';
import { answerRows } from './format.ts';

/** The part that only the stack itself knows: when each sender last delivered. */
export const senders = workerCommand(definition, async ({ services: { pool } }) =>
  answerRows(await readLastDeliveries(pool), 'No sender has delivered yet.'),
);
