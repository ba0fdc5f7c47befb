import type { QueueName } from '../../shared/queue-names.ts';
import { sweepKey } from '../../shared/queue-names.ts';
import { PulseError } from '../errors.ts';
import { removeEverywhere } from '../indexing/remove-document.ts';
import { applyOperatorSettings } from '../operator/settings.ts';
import { reembedFallbackPoints } from '../rebuild/reembed.ts';
import type { Removal } from '../records/removals.ts';
import type { Services } from '../services.ts';

const sweepEveryMs = 15_000;
/** What came in this recently was enqueued by who brought it. */
const settledSeconds = 10;
const pageSize = 1_000;

/**
 * Rings again for every document that Postgres says is to be done and that no job of the queues
 * knows, so that a lost or emptied Redis loses none. A page at a time from where the last sweep
 * stopped, and on to the next only while something was missing: a long queue costs no more than a
 * short one.
 *
 * @returns how often it rang, and where to go on
 */
export async function sweep(
  { records, queues }: Services,
  after = 0,
): Promise<{ rung: number; after: number }> {
  let rung = 0;
  for (;;) {
    const pending = await records.pending({
      after,
      olderThanSeconds: settledSeconds,
      limit: pageSize,
    });
    let missing = 0;
    for (const name of ['indexing', 'embedding'] as const)
      missing += await enqueueMissing(
        queues,
        name,
        pending.filter(({ queue }) => queue === name),
      );
    rung += missing;
    const last = pending.at(-1);
    if (last === undefined || pending.length < pageSize) return { rung, after: 0 };
    after = last.versionId;
    if (missing === 0) return { rung, after };
  }
}

async function enqueueMissing(
  queues: Services['queues'],
  name: QueueName,
  pending: readonly { documentId: string }[],
): Promise<number> {
  if (pending.length === 0) return 0;
  const missing = await queues.findUnqueued(
    name,
    pending.map(({ documentId }) => documentId),
  );
  await queues.enqueueAll(name, missing);
  return missing.length;
}

/**
 * Carries on with deletions: rings for documents that are gone, and clears away what a page left
 * behind that has come in again since.
 */
export async function sweepRemovals(services: Services): Promise<void> {
  const { records, removals, queues } = services;
  const outstanding = await removals.listPending(settledSeconds, pageSize);
  const backAgain = await records.urlsOf(outstanding.map(({ documentId }) => documentId));
  for (const removal of outstanding.filter(({ documentId }) => backAgain.has(documentId)))
    await removeIfAvailable(services, removal);
  const gone = outstanding
    .filter(({ documentId }) => !backAgain.has(documentId))
    .map(({ documentId }) => documentId);
  if (gone.length === 0) return;
  const unknown = await queues.findUnqueued(
    'indexing',
    await queues.findUnqueued('embedding', gone),
  );
  await queues.enqueueAll('indexing', unknown);
}

async function removeIfAvailable(services: Services, removal: Removal): Promise<void> {
  await removeEverywhere(services, removal).catch(ignoreUnavailable);
}

/** What needs a service that is away, the next sweep tries again. */
function ignoreUnavailable(error: unknown): 0 {
  if (error instanceof PulseError && error.kind === 'away') return 0;
  throw error;
}

/**
 * One replica sweeps each time: who takes the lease, which an emptied Redis has forgotten, so that
 * it is filled again at once.
 */
async function sweepUnderLease(services: Services): Promise<void> {
  const { redis } = services.queues;
  if (
    (await redis.set(`${sweepKey}:lease`, services.worker, 'PX', sweepEveryMs - 1_000, 'NX')) !==
    'OK'
  )
    return;
  await applyOperatorSettings(services);
  await sweepRemovals(services);
  const { rung, after } = await sweep(
    services,
    Number((await redis.get(`${sweepKey}:after`)) ?? 0),
  );
  await redis.set(`${sweepKey}:after`, after);
  const reembedded = await reembedFallbackPoints(services).catch(ignoreUnavailable);
  if (reembedded > 0)
    services.log.info({ reembedded }, 'the GPU host makes anew what the local TEI made');
  if (rung > 0) services.log.info({ rung }, 'rang for documents that no queue knew');
}

/** @returns how to end it */
export function startSweep(services: Services): () => void {
  let busy = false;
  const tick = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    await sweepUnderLease(services)
      .catch((error: unknown) =>
        services.log.info({ err: error }, 'the sweep did not finish; it runs again in a moment'),
      )
      .finally(() => {
        busy = false;
      });
  };
  void tick();
  const timer = setInterval(() => void tick(), sweepEveryMs);
  return () => clearInterval(timer);
}
