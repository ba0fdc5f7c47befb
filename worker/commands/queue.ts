import { setTimeout as delay } from 'node:timers/promises';

import type { InputOf } from '../../shared/commands/input.ts';
import { queue as definition } from '../../shared/commands/queue.ts';
import { toPulseError } from '../errors.ts';
import { countQueues } from '../operator/counts.ts';
import { listAll, listStates } from '../operator/listing.ts';
import type { ListedDocument, UnlistedDocuments } from '../operator/listing.ts';
import { setLimit, setPaused } from '../operator/settings.ts';
import { takeSnapshot } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';
import type { MovementReport } from '../operator/why.ts';
import { listWorkers } from '../operator/workers.ts';
import { UsageError, workerGroup } from './command.ts';
import type { Answer, Context } from './command.ts';
import { answerRows, formatAge } from './format.ts';
import { cancel, retry } from './queue-documents.ts';

type ListInput = InputOf<typeof definition.subcommands.list>;

const lookEveryMs = 200;
const maxReasonChars = 100;

/**
 * What an operator does with the queues. It is written to Postgres first and to Redis after that,
 * so that an emptied Redis does not undo it.
 */
export const queue = workerGroup(definition, {
  counts,
  list,
  retry,
  cancel,
  pause,
  resume,
  drain,
  concurrency,
  workers,
  why,
});

async function counts({ services }: Context): Promise<Answer> {
  const queues = Object.entries(await countQueues(services));
  const rows = queues.map(([name, { limit, ...found }]) => ({ queue: name, ...found, limit }));
  return answerRows(rows, '');
}

async function list({ services }: Context, { state, limit }: ListInput): Promise<Answer> {
  const states = state === undefined ? listStates : [state];
  const found = await listAll(services, { states }, limit);
  const none = state === undefined ? 'Everything is done.' : `None is ${state}.`;
  return answerRows(found, none, formatDocument);
}

function formatDocument(document: ListedDocument | UnlistedDocuments): object {
  if ('onlyInPostgres' in document) {
    const { state, queue: name, onlyInPostgres } = document;
    const url = `(${onlyInPostgres} more, in Postgres until the queue has room)`;
    return { state, queue: name, url, age: '', attempt: '', due: '', code: '', reason: '' };
  }
  const { state, queue: name, url, ageSeconds, attempt, dueInSeconds, code, reason } = document;
  return {
    state,
    queue: name,
    url,
    age: formatAge(ageSeconds),
    attempt,
    due: dueInSeconds === null ? '' : `in ${formatAge(dueInSeconds)}`,
    code,
    reason: (reason ?? '').slice(0, maxReasonChars),
  };
}

async function pause({ services }: Context): Promise<Answer> {
  await setPaused(services, true);
  return { value: { paused: true }, text: 'No more jobs are taken, until ./pulse queue resume.' };
}

async function resume({ services }: Context): Promise<Answer> {
  await setPaused(services, false);
  return { value: { paused: false }, text: 'Jobs are taken.' };
}

async function drain({ services, startProgress }: Context): Promise<Answer> {
  await setPaused(services, true);
  const countActive = async (): Promise<number> =>
    Object.values(await services.queues.counts()).reduce((sum, { active }) => sum + active, 0);
  const progress = startProgress('active jobs done');
  const total = await countActive();
  for (let left = total; left > 0; left = await countActive()) {
    progress.update({ done: Math.max(0, total - left), total });
    await delay(lookEveryMs);
  }
  progress.end();
  return {
    value: { paused: true, active: 0 },
    text: 'Nothing is being worked on, and no more jobs are taken, until ./pulse queue resume.',
  };
}

async function concurrency({ services }: Context, { n }: { readonly n: string }): Promise<Answer> {
  const limit = await setLimit(services, parseLimit(n));
  return {
    value: { limit },
    text:
      limit === null
        ? 'All workers together work on as many jobs as they can.'
        : `All workers together work on at most ${limit} jobs of each queue.`,
  };
}

/** @returns null for no limit, undefined for the stack's own setting */
function parseLimit(text: string): number | null | undefined {
  if (text === 'off') return null;
  if (text === 'default') return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`${text} is neither a whole number of at least 1, nor off, nor default`);
}

async function workers({ services }: Context): Promise<Answer> {
  const rows = (await listWorkers(services)).map(
    ({ name, consuming, heartbeatAt, heartbeatAgeSeconds, startedAt, active, ...rest }) => ({
      name,
      consuming,
      heartbeatAt,
      heartbeatAgeSeconds,
      startedAt,
      ...active,
      ...rest,
    }),
  );
  return answerRows(rows, 'No worker is alive.');
}

async function why({ services }: Context): Promise<Answer> {
  const found = await takeSnapshot(services).then(explainStandstill, reportStoreAway);
  return { value: found, text: found.reason, ok: found.moving };
}

/** Without Postgres or Redis nothing moves, and nothing else can be asked. */
function reportStoreAway(error: unknown): MovementReport {
  const { code, message } = toPulseError(error);
  const reason = `Nothing can be asked nor done: ${message} (./pulse verify).`;
  return { moving: false, reason, code };
}
