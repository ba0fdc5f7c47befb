import type { QueueName } from '../../shared/queue-names.ts';
import { readPages, refillKeywordIndex } from '../keywords/refill.ts';
import type { Services } from '../services.ts';
import type { Finding } from './compare.ts';
import { removePoints } from './points.ts';

/** What a repair did, in documents but for the points. */
export interface RepairResult {
  /** Words written again from the chunks in Postgres. */
  words: number;
  /** Enqueued to be cut anew, and to be embedded again. */
  reindexed: number;
  reembedded: number;
  /** Orphans whose words, and whose points, were removed. */
  wordsRemoved: number;
  pointsOfOrphansRemoved: number;
  /** Points removed beside those that belong there. */
  pointsRemoved: number;
}

export const emptyRepairResult = (): RepairResult => ({
  words: 0,
  reindexed: 0,
  reembedded: 0,
  wordsRemoved: 0,
  pointsOfOrphansRemoved: 0,
  pointsRemoved: 0,
});

/**
 * Words come from the chunks at once; vectors by the queue; what belongs to nobody goes, but only
 * up to the version that was seen.
 */
export async function repairFindings(
  services: Services,
  findings: readonly Finding[],
  mended: RepairResult,
): Promise<void> {
  const { keywords, vectors, records, queues, pool, log } = services;
  const ring = (name: QueueName, ids: readonly string[]) =>
    queues
      .enqueueAll(name, ids)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'opened again, and enqueued as soon as Redis answers'),
      );
  const idsOf = (wanted: (finding: Finding) => boolean) => [
    ...new Set(findings.filter(wanted).map(({ documentId }) => documentId)),
  ];

  const unchunked = idsOf(({ store }) => store === 'Postgres');
  mended.reindexed += await records.reopen(unchunked, 'indexing');
  await ring('indexing', unchunked);

  const wordless = idsOf(({ store, kind }) => store === 'keyword index' && kind !== 'orphan');
  const pages = await readPages(pool, wordless);
  await refillKeywordIndex(services, pages);
  mended.words += pages.length;

  const pointless = idsOf(
    ({ store, kind }) => store === 'Qdrant' && (kind === 'missing' || kind === 'stale'),
  );
  mended.reembedded += await records.reopen(pointless, 'embedding');
  await ring('embedding', pointless);

  for (const { store, kind, documentId, version, points } of findings) {
    if (store === 'keyword index' && kind === 'orphan') {
      await keywords.remove(documentId, version);
      mended.wordsRemoved += 1;
    } else if (store === 'Qdrant' && kind === 'orphan') {
      await vectors.remove(documentId, version);
      mended.pointsOfOrphansRemoved += 1;
    } else if (points !== undefined) {
      await removePoints(vectors, points);
      mended.pointsRemoved += points.length;
    }
  }
}
