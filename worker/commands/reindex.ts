import { reindex as definition } from '../../shared/commands/reindex.ts';
import { describeOlderChunks } from '../../shared/older-chunks.ts';
import { reindexDocuments } from '../operator/documents.ts';
import { estimateReindex } from '../rebuild/estimate.ts';
import { splitIntoBatches } from './batches.ts';
import { UsageError, workerCommand } from './command.ts';
import type { Answer, Context } from './command.ts';
import { followIndexing } from './follow-indexing.ts';
import type { FollowedIndexing } from './follow-indexing.ts';
import { reindexAll } from './reindex-all.ts';
import { answerNothingSelected, readSelectedIds, requireOneSelection } from './selection.ts';
import type { Selection } from './selection.ts';

export const reindex = workerCommand(definition, async (context, input) => {
  const selection = requireOneSelection(input);
  if (input.dryRun && !selection.all) throw new UsageError('--dry-run goes with --all');
  if (input.dryRun) return answerEstimate(context);
  return selection.all ? reindexAll(context) : reindexSelected(context, selection, input.wait);
});

async function answerEstimate({ services: { pool } }: Context): Promise<Answer> {
  const estimate = await estimateReindex(pool);
  return { value: estimate, text: describeOlderChunks(estimate) };
}

/**
 * Indexes documents again from the start, in whatever state they are. Interrupted, the workers and
 * the sweep go on with it.
 */
async function reindexSelected(
  context: Context,
  selection: Selection,
  wait: boolean,
): Promise<Answer> {
  const ids = await readSelectedIds(context.services, selection);
  if (ids.length === 0)
    return { value: { reindexed: 0, failed: 0, left: 0 }, ...answerNothingSelected(selection) };
  for (const batch of splitIntoBatches(ids)) await reindexDocuments(context.services, batch);
  if (!wait)
    return {
      value: { reindexed: ids.length, left: ids.length },
      text: `${ids.length} document(s) are indexed again.`,
    };
  return answerFollowed(ids.length, await followIndexing(context, ids));
}

function answerFollowed(reindexed: number, { left, failed, why }: FollowedIndexing): Answer {
  const failures = failed === 0 ? '' : `, ${failed} failed (./pulse queue list failed)`;
  const rest = why === undefined ? '' : ` The rest is indexed without this command: ${why}`;
  return {
    value: { reindexed, failed, left, why: why ?? null },
    text: `${reindexed - left} of ${reindexed} document(s) indexed again${failures}.${rest}`,
    ok: failed === 0,
  };
}
