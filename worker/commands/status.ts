import { rejectOnAbort } from '../../shared/abort.ts';
import { status as definition } from '../../shared/commands/status.ts';
import { describeError, PulseError } from '../errors.ts';
import { workerCommand } from './command.ts';
import type { Work } from './command.ts';
import { keywords } from './keywords.ts';
import { queue } from './queue.ts';
import { reindex } from './reindex.ts';
import { schedule } from './schedule.ts';
import { verify } from './verify.ts';

/** Longer than the time limit of any probe. */
const partLimitMs = 15_000;

/** What other commands answer, by the name that it has here. */
const parts: Readonly<Record<string, Work>> = {
  verification: (context) => verify.work(context, { canary: false }),
  queues: queue.work.counts,
  tasks: schedule.work,
  keywords: keywords.work.state,
  chunks: (context) => reindex.work(context, { all: true, dryRun: true }),
};

/**
 * What `./pulse status` asks from inside a stack, all of it in one program: for each part its
 * value, or why there is none. A store that hangs does not hold up what the others say.
 */
export const status = workerCommand(definition, async (context) => {
  const limit = rejectOnAbort(AbortSignal.timeout(partLimitMs));
  limit.catch(() => undefined);
  const seen = await Promise.all(
    Object.entries(parts).map(async ([name, work]) => {
      try {
        const answer = await Promise.race([work(context, {}), limit]);
        return [name, { value: 'value' in answer ? answer.value : null }];
      } catch (error) {
        const code = error instanceof PulseError ? `${error.code}: ` : '';
        return [name, { problem: `${code}${describeError(error)}` }];
      }
    }),
  );
  const value = Object.fromEntries(seen) as Readonly<Record<string, unknown>>;
  return { value, text: JSON.stringify(value) };
});
