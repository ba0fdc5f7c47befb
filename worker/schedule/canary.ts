import { rejectOnAbort } from '../../shared/abort.ts';
import { canaryTask, runCanary } from '../operator/canary.ts';
import type { CanaryDependencies } from '../operator/canary.ts';
import { FailedTask } from './schedule.ts';
import type { ScheduledTask } from './schedule.ts';

/**
 * Sends a canary through the whole stack. A stack that is new begins one interval later: its
 * deployment has just done so.
 *
 * @param everyMs infinite for never
 */
export function canaryByTheClock(dependencies: CanaryDependencies, everyMs: number): ScheduledTask {
  return {
    name: canaryTask,
    everyMs,
    startsLater: true,
    run: async (signal) => {
      // What is left of one that is not waited for, the next one removes.
      const ended = await Promise.race([runCanary(dependencies), rejectOnAbort(signal)]);
      const { result, problem, code } = ended;
      if (problem !== null) throw new FailedTask(code ?? 'SCHEDULE_FAILED', problem, { ...result });
      return { ...result };
    },
  };
}
