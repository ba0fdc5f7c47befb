import type { Services } from '../services.ts';
import type { Answer } from './command.ts';
import { follow } from './follow.ts';
import { requireOneSelection, readSelectedIds } from './selection.ts';
import type { Selection } from './selection.ts';

const atATime = 500;

/**
 * Indexes documents again from the start, whatever their state. Interrupted, the workers and the
 * sweep go on with what was begun.
 */
export async function reindexDocuments(
  services: Services,
  options: Selection & { readonly wait: boolean },
): Promise<Answer> {
  const { records, queues } = services;
  const ids = await readSelectedIds(services, requireOneSelection(options));
  if (ids.length === 0)
    return {
      value: { reindexed: 0, failed: 0, left: 0 },
      text: 'There is no such document.',
      ok: options.url === undefined,
    };
  for (let start = 0; start < ids.length; start += atATime) {
    const page = ids.slice(start, start + atATime);
    await records.reopen(page, 'indexing');
    await queues.enqueueAll('indexing', page);
  }
  if (!options.wait)
    return {
      value: { reindexed: ids.length, left: ids.length },
      text: `${ids.length} document(s) are indexed again.`,
    };
  const { left, why } = await follow(
    services,
    'indexed again',
    ids.length,
    async () => (await records.states(ids)).pending,
  );
  const { failed } = await records.states(ids);
  const failures = failed === 0 ? '' : `, ${failed} failed (./pulse queue list failed)`;
  return {
    value: { reindexed: ids.length, failed, left, why: why ?? null },
    text: `${ids.length - left} of ${ids.length} document(s) indexed again${failures}.${why === undefined ? '' : ` The rest goes on by itself: ${why}`}`,
    ok: failed === 0,
  };
}
