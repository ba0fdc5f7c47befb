import { deleteDocuments as definition } from '../../shared/commands/delete.ts';
import { deleteDocuments as requestDeletion } from '../operator/documents.ts';
import { splitIntoBatches } from './batches.ts';
import { UsageError, workerCommand } from './command.ts';
import type { Answer, Context } from './command.ts';
import { follow } from './follow.ts';
import type { Followed } from './follow.ts';
import { answerNothingSelected, readSelectedIds, requireOneSelection } from './selection.ts';

export const deleteDocuments = workerCommand(definition, async (context, input) => {
  const { count, yes, wait } = input;
  const ids = await readSelectedIds(context.services, requireOneSelection(input));
  if (count) return { value: { documents: ids.length }, text: `${ids.length} document(s)` };
  if (ids.length === 0) return { value: { deleted: 0, left: 0 }, ...answerNothingSelected(input) };
  if (ids.length > 1 && !yes)
    throw new UsageError(`this deletes ${ids.length} documents: add --yes`);
  await requestRemovals(context, ids);
  return answerDeleted(ids.length, wait ? await followRemovals(context, ids) : undefined);
});

/**
 * Notes the deletion of each document in Postgres, where it is gone at once. Interrupted after
 * that, the workers and the sweep remove it from the keyword index and Qdrant.
 */
async function requestRemovals(
  { services, startProgress }: Context,
  ids: readonly string[],
): Promise<void> {
  const progress = startProgress('deletions noted');
  let done = 0;
  for (const batch of splitIntoBatches(ids)) {
    await requestDeletion(services, batch);
    done += batch.length;
    progress.update({ done, total: ids.length });
  }
  progress.end();
}

function followRemovals(context: Context, ids: readonly string[]): Promise<Followed> {
  const { removals } = context.services;
  return follow(context, 'documents removed from the keyword index and Qdrant', ids, (batch) =>
    removals.count(batch),
  );
}

/** @param followed undefined when it was not waited for */
function answerDeleted(deleted: number, followed: Followed | undefined): Answer {
  const { left, why } = followed ?? { left: deleted, why: undefined };
  const rest =
    left === 0
      ? ''
      : ` ${left} are still in the keyword index or Qdrant, and are removed without this command`;
  const reason = why === undefined ? '' : `: ${why}`;
  return {
    value: { deleted, left, why: why ?? null },
    text: `${deleted} document(s) deleted.${rest}${reason}`,
  };
}
