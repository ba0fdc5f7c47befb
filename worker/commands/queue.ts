import { Argument, Command } from 'commander';

import { toPulseError } from '../errors.ts';
import { countQueues } from '../operator/counts.ts';
import { listJobs, listStates } from '../operator/listing.ts';
import type { ListedDocument, ListState } from '../operator/listing.ts';
import { setLimit, setPaused } from '../operator/settings.ts';
import { takeSnapshot } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';
import type { MovementReport } from '../operator/why.ts';
import { readHeartbeats } from '../queue/heartbeats.ts';
import type { Services } from '../services.ts';
import { formatAge, answerRows, UsageError, parseWholeNumber } from './command.ts';
import type { Answer, Output, Run } from './command.ts';
import { progress } from './progress.ts';
import { parseTarget } from './target.ts';

/**
 * `queue …`: what an operator does with the queues. Postgres first, Redis after it: what was said
 * survives an emptied Redis.
 */
export function queueCommand(run: Run): Command {
  const queue = new Command('queue').exitOverride().description('operations of the queues');
  const verb = (name: string, about: string): Command =>
    queue.command(name).description(about).option('--json', 'answer for scripts');

  verb('counts', 'documents waiting, active, delayed and failed in each queue').action(
    (output: Output) =>
      run(
        async (services) =>
          answerRows(
            Object.entries(await countQueues(services)).map(([name, { limit, ...counts }]) => ({
              queue: name,
              ...counts,
              limit,
            })),
            '',
          ),
        output,
      ),
  );
  verb('list', 'documents that are not done, with age and reason')
    .addArgument(new Argument('[state]', 'of one state only').choices(listStates))
    .option('--limit <n>', 'of each state and queue at most', parseWholeNumber, 100)
    .action((state: ListState | undefined, { limit, ...output }: Output & { limit: number }) =>
      run(
        async (services) =>
          answerRows(
            await listJobs(services, state === undefined ? listStates : [state], limit),
            state === undefined ? 'Everything is done.' : `None is ${state}.`,
            shown,
          ),
        output,
      ),
    );
  verb('retry', 'index again what failed: all, what failed with a code, or one document')
    .argument('[what]', "all, a code, a URL or a document's id", 'all')
    .action((what: string, output: Output) => run((services) => retry(services, what), output));
  verb('cancel', 'do not index what waits: one document, or all')
    .argument('<what>', "all, a URL or a document's id")
    .action((what: string, output: Output) => run((services) => cancel(services, what), output));
  verb('pause', 'take no more jobs; outlives restarts, until resumed').action((output: Output) =>
    run((services) => paused(services, true), output),
  );
  verb('resume', 'take jobs again').action((output: Output) =>
    run((services) => paused(services, false), output),
  );
  verb('drain', 'pause, and wait until the jobs in hand are done').action((output: Output) =>
    run(drained, output),
  );
  verb('concurrency', 'jobs of each queue that all workers together may work on')
    .argument('<n>', "a number, off for as many as they can, default for the stack's setting")
    .action((n: string, output: Output) => run((services) => concurrency(services, n), output));
  verb('workers', 'living workers and their last heartbeat').action((output: Output) =>
    run(workers, output),
  );
  verb('why', 'why nothing moves, in one sentence').action((output: Output) => run(why, output));
  return queue;
}

function shown({
  state,
  queue,
  url,
  ageSeconds,
  attempt,
  dueInSeconds,
  code,
  reason,
}: ListedDocument): object {
  return {
    state,
    queue,
    url,
    age: formatAge(ageSeconds),
    attempt,
    due: dueInSeconds === null ? '' : `in ${formatAge(dueInSeconds)}`,
    code,
    reason: (reason ?? '').slice(0, 100),
  };
}

async function retry({ records, queues }: Services, what: string): Promise<Answer> {
  const target = parseTarget(what);
  if (target.kind === 'document') {
    if (!(await records.retry(target.documentId)))
      return {
        value: { retried: 0 },
        text: `${what} has neither failed nor been cancelled: ./pulse queue list failed`,
        ok: false,
      };
    await queues.enqueue('indexing', target.documentId);
    return { value: { retried: 1 }, text: 'It is indexed again.' };
  }
  const documentIds = await records.retryFailed(target.kind === 'code' ? target.code : undefined);
  await queues.enqueueAll('indexing', documentIds);
  return {
    value: { retried: documentIds.length },
    text: `${documentIds.length} document(s) are indexed again.`,
  };
}

async function cancel(services: Services, what: string): Promise<Answer> {
  const { records, queues } = services;
  const target = parseTarget(what);
  if (target.kind === 'code')
    throw new UsageError("what waits has no code: name a URL, a document's id, or all");
  if (target.kind === 'document') {
    const cancelled = await records.cancel({ only: [target.documentId] });
    await queues.withdraw(target.documentId);
    return {
      value: { cancelled: cancelled.length },
      text:
        cancelled.length === 1
          ? 'It is not indexed; ./pulse queue retry takes it back.'
          : `${what} does not wait: ./pulse queue list waiting`,
      ok: cancelled.length === 1,
    };
  }
  const active = await listJobs(services, ['active'], Number.MAX_SAFE_INTEGER);
  const cancelled = await records.cancel({ allBut: active.map(({ documentId }) => documentId) });
  await queues.withdrawAll();
  return {
    value: { cancelled: cancelled.length },
    text: `${cancelled.length} waiting document(s) are not indexed; those being worked on are.`,
  };
}

async function paused(services: Services, pausing: boolean): Promise<Answer> {
  await setPaused(services, pausing);
  return {
    value: { paused: pausing },
    text: pausing ? 'No more jobs are taken, until ./pulse queue resume.' : 'Jobs are taken.',
  };
}

async function drained(services: Services): Promise<Answer> {
  await setPaused(services, true);
  const active = async (): Promise<number> =>
    Object.values(await services.queues.counts()).reduce((sum, counts) => sum + counts.active, 0);
  const atFirst = await active();
  const shownProgress = progress('jobs in hand done', atFirst);
  for (let left = atFirst; left > 0; left = await active()) {
    shownProgress.tell(Math.max(0, atFirst - left));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  shownProgress.end();
  return {
    value: { paused: true, active: 0 },
    text: 'Nothing is being worked on, and no more jobs are taken, until ./pulse queue resume.',
  };
}

async function concurrency(services: Services, text: string): Promise<Answer> {
  const wanted: Record<string, null | undefined> = { off: null, default: undefined };
  if (!(text in wanted) && !/^[1-9]\d*$/.test(text))
    throw new UsageError(`${text} is neither a whole number of at least 1, nor off, nor default`);
  const limit = await setLimit(services, text in wanted ? wanted[text] : Number(text));
  return {
    value: { limit },
    text:
      limit === null
        ? 'All workers together work on as many jobs as they can.'
        : `All workers together work on at most ${limit} jobs of each queue.`,
  };
}

async function workers(services: Services): Promise<Answer> {
  const found = (await readHeartbeats(services)).map(
    ({ name, consuming, heartbeatAt, startedAt, active, holdsBack, memoryMiB }) => ({
      name,
      consuming,
      heartbeatAt,
      heartbeatAgeSeconds: Math.round((Date.now() - heartbeatAt.getTime()) / 1_000),
      startedAt,
      ...active,
      holdsBack,
      memoryMiB,
    }),
  );
  return answerRows(found, 'No worker is alive.');
}

async function why(services: Services): Promise<Answer> {
  const found = await takeSnapshot(services).then(explainStandstill, storeAway);
  return { value: found, text: found.reason, ok: found.moving };
}

/** Without Postgres or Redis nothing moves, and nothing else can be asked. */
function storeAway(error: unknown): MovementReport {
  const { code, message } = toPulseError(error);
  return {
    moving: false,
    reason: `Nothing can be asked nor done: ${message} (./pulse verify).`,
    code,
  };
}
