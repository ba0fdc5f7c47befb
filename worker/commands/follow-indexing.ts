import { splitIntoBatches } from './batches.ts';
import type { Context } from './command.ts';
import { follow } from './follow.ts';
import type { Followed } from './follow.ts';

export interface FollowedIndexing extends Followed {
  readonly failed: number;
}

/** Follows documents until each is indexed or has failed, or until nothing moves. */
export async function followIndexing(
  context: Context,
  documentIds: readonly string[],
): Promise<FollowedIndexing> {
  const { records } = context.services;
  const countPending = async (batch: readonly string[]): Promise<number> =>
    (await records.states(batch)).pending;
  const followed = await follow(context, 'documents indexed', documentIds, countPending);
  let failed = 0;
  for (const batch of splitIntoBatches(documentIds)) failed += (await records.states(batch)).failed;
  return { ...followed, failed };
}
