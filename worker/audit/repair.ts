import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { refillKeywordIndex } from '../keywords/refill.ts';
import type { Logger } from '../logs.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { filterExisting, readFindable } from '../records/stored-versions.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { Finding } from './compare.ts';
import { removePoints } from './points.ts';

export interface RepairDependencies {
  readonly pool: Pool;
  readonly records: Records;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly log: Logger;
}

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
  dependencies: RepairDependencies,
  findings: readonly Finding[],
  mended: RepairResult,
): Promise<void> {
  const { keywords, vectors, records, queues, pool, log } = dependencies;
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
  const versions = await readFindable(pool, wordless);
  await refillKeywordIndex(keywords, versions.map(buildKeywordPage), (ids) =>
    filterExisting(pool, ids),
  );
  mended.words += versions.length;

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
