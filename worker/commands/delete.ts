import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import type { Answer } from './command.ts';
import { follow } from './follow.ts';
import { progress } from './progress.ts';
import { requireOneSelection, readSelectedIds } from './selection.ts';
import type { Selection } from './selection.ts';

export interface DeleteOptions extends Selection {
  /** More than one document may go. */
  readonly yes?: true;
  /** Says how many there are, and deletes none. */
  readonly count?: true;
  readonly wait: boolean;
}

const batchSize = 500;

/**
 * Notes the deletion of each document in Postgres, where it is gone at once, and shows how words
 * and vectors follow. Interrupted, the workers and the sweep go on with what was noted.
 */
export async function deleteDocuments(services: Services, options: DeleteOptions): Promise<Answer> {
  const ids = await readSelectedIds(services, requireOneSelection(options));
  if (options.count) return { value: { documents: ids.length }, text: `${ids.length} document(s)` };
  if (ids.length === 0)
    return {
      value: { deleted: 0, left: 0 },
      text: 'There is no such document.',
      ok: options.url === undefined,
    };
  if (ids.length > 1 && !options.yes)
    throw new UsageError(`this deletes ${ids.length} documents: add --yes`);

  await noteAll(services, ids);
  const { left, why } = options.wait
    ? await follow(services, 'words and vectors removed', ids.length, () =>
        services.removals.count(ids),
      )
    : { left: ids.length, why: undefined };
  const rest =
    left === 0
      ? ''
      : ` Words or vectors of ${left} are still to go, and go by themselves${why === undefined ? '' : `: ${why}`}`;
  return {
    value: { deleted: ids.length, left, why: why ?? null },
    text: `${ids.length} document(s) deleted.${rest}`,
  };
}

async function noteAll({ removals, queues }: Services, ids: readonly string[]): Promise<void> {
  const shown = progress('deletions noted', ids.length);
  for (let start = 0; start < ids.length; start += batchSize) {
    const page = ids.slice(start, start + batchSize);
    await removals.request(page);
    await queues.enqueueAll('indexing', page);
    shown.tell(Math.min(ids.length, start + batchSize));
  }
  shown.end();
}
