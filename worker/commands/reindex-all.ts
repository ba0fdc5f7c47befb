import { rebuildCollection } from '../rebuild/collection.ts';
import type { CollectionRebuild } from '../rebuild/collection.ts';
import type { Answer, Context } from './command.ts';

/** Makes all vectors again, into a new collection that replaces the one in use. */
export async function reindexAll({ services, startProgress }: Context): Promise<Answer> {
  const progress = startProgress('documents embedded again');
  const rebuilt = await rebuildCollection(services, ({ done, of: total, waitingFor }) =>
    progress.update({
      done,
      total,
      note: waitingFor === undefined ? undefined : `waiting: ${waitingFor}`,
    }),
  );
  progress.end();
  return {
    value: rebuilt,
    text: describeRebuild(rebuilt),
    ok: rebuilt.swapped && rebuilt.failed.length === 0,
  };
}

function describeRebuild({ collection, written, failed, swapped }: CollectionRebuild): string {
  const failures = failed.map(({ url, code, reason }) => `  ${url}: ${code}: ${reason}`);
  const outcome = swapped
    ? `${written} documents embedded again; searches use ${collection} now, ` +
      'and the old collection is removed.'
    : `${failed.length} document(s) cannot be embedded, so searches still use the old collection. ` +
      'Repair or delete these, and run it again: it goes on where it was.';
  return [outcome, ...failures].join('\n');
}
