import { sweepKey } from '../../shared/queue-names.ts';
import type { Logger } from '../logs.ts';
import { applyOperatorSettings } from '../operator/settings.ts';
import type { OperatorDependencies } from '../operator/settings.ts';
import { reembedFallbackPoints } from '../rebuild/reembed.ts';
import type { ReembedDependencies } from '../rebuild/reembed.ts';
import { ignoreUnavailable } from './ignore-unavailable.ts';
import { enqueuePending } from './pending.ts';
import { sweepRemovals } from './removals.ts';
import type { SweepRemovalsDependencies } from './removals.ts';

export interface SweepDependencies
  extends OperatorDependencies, ReembedDependencies, SweepRemovalsDependencies {
  /** Name of this process among the replicas. */
  readonly worker: string;
  readonly log: Logger;
}

const sweepEveryMs = 15_000;

/**
 * Sweeps now and every 15 s from now on.
 *
 * @returns ends it
 */
export function startSweep(dependencies: SweepDependencies): () => void {
  let isBusy = false;
  const tick = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      await sweepUnderLease(dependencies);
    } catch (error) {
      dependencies.log.info({ err: error }, 'the sweep did not finish; it runs again in a moment');
    } finally {
      isBusy = false;
    }
  };
  void tick();
  const timer = setInterval(() => void tick(), sweepEveryMs);
  return () => clearInterval(timer);
}

/**
 * One replica sweeps at a time: the one that gets the lease. An emptied Redis has forgotten the
 * lease, so that it is filled again at once.
 */
async function sweepUnderLease(dependencies: SweepDependencies): Promise<void> {
  const { log, worker } = dependencies;
  const { redis } = dependencies.queues;
  const leaseMs = sweepEveryMs - 1_000;
  if ((await redis.set(`${sweepKey}:lease`, worker, 'PX', leaseMs, 'NX')) !== 'OK') return;
  await applyOperatorSettings(dependencies);
  await sweepRemovals(dependencies);
  let enqueued = 0;
  for (const queue of ['indexing', 'embedding'] as const)
    enqueued += await enqueuePending(dependencies, queue);
  const reembedded = await reembedFallbackPoints(dependencies).catch(ignoreUnavailable);
  if (reembedded > 0)
    log.info({ reembedded }, 'the GPU host embeds again what the local TEI embedded');
  // The field keeps its earlier name, because logs are searched by it.
  if (enqueued > 0) log.info({ rung: enqueued }, 'enqueued documents that no queue knew');
}
