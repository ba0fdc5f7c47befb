import { rebuildCollection } from '../rebuild/collection.ts';
import type { RebuildProgress, CollectionRebuild } from '../rebuild/collection.ts';
import type { Services } from '../services.ts';

const reportEveryMs = 2_000;

/** Rebuilds all vectors, saying every two seconds how far it is. */
export async function reindexAll(
  services: Services,
  report: (line: string) => void,
): Promise<CollectionRebuild> {
  let reportedMs = 0;
  let told = '';
  return rebuildCollection(services, (progress) => {
    const wait = progress.waitingFor ?? '';
    if (performance.now() - reportedMs < reportEveryMs && (wait === '' || wait === told)) return;
    reportedMs = performance.now();
    told = wait;
    report(lineOf(progress));
  });
}

function lineOf({ done, of, waitingFor }: RebuildProgress): string {
  const percent = of === 0 ? 100 : Math.floor((done / of) * 100);
  return `${done} of ${of} documents embedded anew (${percent} %)${waitingFor === undefined ? '' : `; waiting: ${waitingFor}`}`;
}

export function describeRebuild({
  collection,
  written,
  failed,
  swapped,
}: CollectionRebuild): string {
  const failures = failed.map(({ url, code, reason }) => `  ${url}: ${code}: ${reason}`);
  if (!swapped)
    return [
      `Nothing was swapped: ${failed.length} document(s) cannot be embedded. Searches go on with the old collection; mend or delete these, and run it again: it goes on from here.`,
      ...failures,
    ].join('\n');
  return [
    `${written} documents embedded anew; searches use ${collection} now, the old collection is removed.`,
    ...failures,
  ].join('\n');
}
