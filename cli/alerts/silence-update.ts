import { CommandError } from '../../toolchain/command-error.ts';
import { Interrupted } from '../../toolchain/process.ts';
import { say } from '../command.ts';
import {
  addSilence,
  endSilence,
  findAlertmanager,
  readAlerts,
  shortenSilence,
} from './alertmanager.ts';

/** What ops/alerts.yml says of each rule that an update can cause. */
const ofUpdate = 'update="quiet"';

/** So long at most nobody is told, also where this process is killed and cannot end it. */
const limit = '30m';

/**
 * What began while it was updated goes on firing for up to this long after its end (the longest
 * `keep_firing_for` of these rules is 15 minutes), and somebody should be told of what stays.
 */
const afterwards = '15m';

/**
 * Runs an update with the alarms that it can cause silenced. The silence ends with the update, also
 * after Ctrl-C; where such an alarm still fires then, a quarter of an hour later, and in any case
 * within 30 minutes of its beginning or of that. An Alertmanager that cannot be asked stops no
 * update.
 */
export async function silenceWhile<T>(stack: string, update: () => Promise<T>): Promise<T> {
  const id = await orUndefined('silenced', async () => {
    const container = await findAlertmanager(stack);
    if (container === undefined) return undefined;
    return addSilence(container, ofUpdate, limit, `./pulse up --stack ${stack}`);
  });
  return id === undefined
    ? update()
    : withEnd(update, () => orUndefined('told again', () => finish(stack, id)));
}

/**
 * Ctrl-C ends the program that runs, and not this process, before the end was done.
 *
 * @throws Interrupted after it
 */
async function withEnd<T>(work: () => Promise<T>, atEnd: () => Promise<void>): Promise<T> {
  let isInterrupted = false;
  const onSignal = (): void => {
    isInterrupted = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const result = await work().catch((error: unknown) => {
      throw isInterrupted ? new Interrupted() : error;
    });
    if (isInterrupted) throw new Interrupted();
    return result;
  } finally {
    await atEnd();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function finish(stack: string, id: string): Promise<void> {
  // Another container, where the update replaced it.
  const container = await findAlertmanager(stack);
  if (container === undefined) return;
  const firing = await readAlerts(container, ofUpdate);
  if (firing.length === 0) return endSilence(container, id);
  await shortenSilence(container, id, afterwards);
}

async function orUndefined<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(`Alarms are not ${what}: ${error.message}`);
    return undefined;
  }
}
