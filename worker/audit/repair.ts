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

export interface RepairDependencies {
  readonly pool: Pool;
  readonly records: Records;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly log: Logger;
}

/** What a repair did. All numbers are documents, but `pointsRemoved`. Its fields are JSON output. */
export interface RepairResult {
  /** Written to the keyword index again from the chunks in Postgres. */
  words: number;
  /** Enqueued to be cut into chunks again. */
  reindexed: number;
  /** Enqueued to be embedded again. */
  reembedded: number;
  /** Orphans whose keyword rows were removed. */
  wordsRemoved: number;
  /** Orphans whose points were removed. */
  pointsOfOrphansRemoved: number;
  /** Surplus points that were removed. */
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
 * Repairs findings: keyword rows at once from the chunks in Postgres, vectors through the queue.
 * Orphans are removed, but only up to the version that was seen.
 *
 * @param result is updated with what was done
 */
export async function repairFindings(
  dependencies: RepairDependencies,
  findings: readonly Finding[],
  result: RepairResult,
): Promise<void> {
  const { keywords, vectors, records, queues, pool, log } = dependencies;
  const enqueue = (name: QueueName, ids: readonly string[]) =>
    queues
      .enqueueAll(name, ids)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'opened again, and enqueued as soon as Redis answers'),
      );
  const selectIds = (wanted: (finding: Finding) => boolean) => [
    ...new Set(findings.filter(wanted).map(({ documentId }) => documentId)),
  ];

  const withoutChunks = selectIds(({ store }) => store === 'Postgres');
  result.reindexed += await records.reopen(withoutChunks, 'indexing');
  await enqueue('indexing', withoutChunks);

  const withoutKeywords = selectIds(
    ({ store, kind }) => store === 'keyword index' && kind !== 'orphan',
  );
  const versions = await readFindable(pool, withoutKeywords);
  await refillKeywordIndex(keywords, versions.map(buildKeywordPage), (ids) =>
    filterExisting(pool, ids),
  );
  result.words += versions.length;

  const withoutVectors = selectIds(
    ({ store, kind }) => store === 'Qdrant' && (kind === 'missing' || kind === 'stale'),
  );
  result.reembedded += await records.reopen(withoutVectors, 'embedding');
  await enqueue('embedding', withoutVectors);

  for (const { store, kind, documentId, version, points } of findings) {
    if (store === 'keyword index' && kind === 'orphan') {
      await keywords.remove(documentId, version);
      result.wordsRemoved += 1;
    } else if (store === 'Qdrant' && kind === 'orphan') {
      await vectors.remove(documentId, version);
      result.pointsOfOrphansRemoved += 1;
    } else if (points !== undefined) {
      await vectors.removePoints(points);
      result.pointsRemoved += points.length;
    }
  }
}
