import { setTimeout as sleep } from 'node:timers/promises';

import { isDocumentId } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import {
  compareChunks,
  reportOrphanedKeywords,
  comparePoints,
  listPointIds,
  findStrays,
  compareKeywords,
} from './compare.ts';
import type { ExpectedDocument, Finding, Kind } from './compare.ts';
import { filterBeingRemoved, readDocuments, readDocumentPages } from './documents.ts';
import { DocumentTotals, Findings } from './findings.ts';
import { readPointPages, readPoints } from './points.ts';
import { repairFindings, emptyRepairResult } from './repair.ts';
import type { RepairDependencies, RepairResult } from './repair.ts';

export interface Audit extends Readonly<Record<Kind, number>> {
  /** All stores were compared and agree. */
  readonly ok: boolean;
  readonly documents: number;
  /** Of these, under way, and failed or cancelled: no findings. */
  readonly pending: number;
  readonly failed: number;
  readonly chunks: number;
  readonly keywordRows: number;
  readonly points: number;
  /**
   * Of these, made by the local TEI while the GPU host was away: right, and made anew by the GPU
   * host.
   */
  readonly standIns: number;
  /** The first thousand. */
  readonly findings: readonly Finding[];
  /** Stores that could not be compared. */
  readonly away: readonly { readonly code: string; readonly reason: string }[];
  readonly mended: RepairResult | null;
}

export interface AuditOptions {
  readonly repair?: boolean;
  /** @param documents looked at */ readonly tell?: (documents: number) => void;
}

/** What looks wrong while workers work is looked at once more after this time. */
const confirmDelayMs = 500;

/**
 * Compares the stores, a page at a time: what should be there is there, then what is there should
 * be. For every indexed document one keyword row and one point a chunk, all of its latest version,
 * and nothing else. With `repair` each finding is mended.
 */
export async function audit(
  dependencies: RepairDependencies,
  { repair = false, tell = () => {} }: AuditOptions = {},
): Promise<Audit> {
  const [totals, findings, mended] = [new DocumentTotals(), new Findings(), emptyRepairResult()];
  const found = async (news: readonly Finding[]): Promise<void> => {
    findings.add(news);
    if (repair && news.length > 0) await repairFindings(dependencies, news, mended);
  };
  const keywordRows = new StoreComparison(findMissingKeywords, findStrayKeywords);
  const points = new StoreComparison(findMissingPoints, findStrayPoints);
  for await (const page of readDocumentPages(dependencies.pool)) {
    totals.add(page);
    tell(totals.documents);
    const indexed = page.filter(({ state }) => state === 'indexed');
    await found(indexed.flatMap(compareChunks));
    const whole = indexed.filter(({ chunks }) => chunks > 0);
    for (const side of [keywordRows, points])
      await side.compare(async () =>
        found(await confirmMissing(dependencies, whole, side.missing)),
      );
  }
  for (const side of [keywordRows, points]) {
    await side.compare(async () => {
      for await (const { count, strays } of side.rest(dependencies)) {
        side.counted += count;
        await found(strays);
      }
    });
  }
  const away = [keywordRows, points]
    .flatMap((side) => side.away ?? [])
    .map(({ code, message }) => ({ code, reason: message }));
  const standIns = points.away === undefined ? await dependencies.vectors.countBy('local') : 0;
  return {
    ok: findings.none && away.length === 0,
    documents: totals.documents,
    pending: totals.pending,
    failed: totals.failed,
    chunks: totals.chunks,
    keywordRows: keywordRows.counted,
    points: points.counted,
    standIns,
    ...findings.counts,
    findings: findings.shown,
    away,
    mended: repair ? mended : null,
  };
}

/**
 * One store beside Postgres. When it is away, that is no finding, and the other is compared all the
 * same.
 */
class StoreComparison {
  readonly missing: FindMissing;
  readonly rest: FindStrays;
  counted = 0;
  away: PulseError | undefined;

  constructor(missing: FindMissing, rest: FindStrays) {
    this.missing = missing;
    this.rest = rest;
  }

  async compare(work: () => Promise<void>): Promise<void> {
    if (this.away !== undefined) return;
    await work().catch((error: unknown) => {
      if (!(error instanceof PulseError) || !/^(KEYWORDS|QDRANT)/.test(error.code)) throw error;
      this.away = error;
    });
  }
}

type FindMissing = (
  dependencies: RepairDependencies,
  documents: readonly ExpectedDocument[],
) => Promise<Finding[]>;
type FindStrays = (
  dependencies: RepairDependencies,
) => AsyncGenerator<{ readonly count: number; readonly strays: readonly Finding[] }>;

async function findMissingKeywords(
  { keywords }: RepairDependencies,
  documents: readonly ExpectedDocument[],
): Promise<Finding[]> {
  const entries = new Map(
    (await keywords.entries(documents.map(({ documentId }) => documentId))).map((entry) => [
      entry.id,
      entry,
    ]),
  );
  return documents.flatMap((document) =>
    compareKeywords(document, entries.get(document.documentId)),
  );
}

async function findMissingPoints(
  { vectors }: RepairDependencies,
  documents: readonly ExpectedDocument[],
): Promise<Finding[]> {
  const versions = new Map(
    (await readPoints(vectors, documents.flatMap(listPointIds))).map(({ id, version }) => [
      id,
      version,
    ]),
  );
  return documents.flatMap((document) =>
    comparePoints(
      document,
      listPointIds(document).flatMap((id) => versions.get(id) ?? []),
    ),
  );
}

/**
 * The stores are read one after the other while workers write: what was found counts when it is
 * found again with a document that is still the same.
 */
async function confirmMissing(
  dependencies: RepairDependencies,
  documents: readonly ExpectedDocument[],
  missing: FindMissing,
): Promise<Finding[]> {
  const first = documents.length === 0 ? [] : await missing(dependencies, documents);
  if (first.length === 0) return [];
  await sleep(confirmDelayMs);
  const again = await readDocuments(dependencies.pool, [
    ...new Set(first.map(({ documentId }) => documentId)),
  ]);
  return missing(
    dependencies,
    [...again.values()].filter(({ state }) => state === 'indexed'),
  );
}

async function* findStrayKeywords({ keywords, pool }: RepairDependencies): ReturnType<FindStrays> {
  for (let after = ''; ;) {
    const entries = await keywords.inventory(after, 1_000);
    if (entries.length === 0) return;
    after = entries.at(-1)?.id as string;
    const ids = entries.map(({ id }) => id);
    const [known, leaving] = await Promise.all([
      readDocuments(pool, ids),
      filterBeingRemoved(pool, ids),
    ]);
    yield {
      count: entries.reduce((sum, { rows }) => sum + rows, 0),
      strays: entries
        .filter(({ id }) => !known.has(id) && !leaving.has(id))
        .map(reportOrphanedKeywords),
    };
  }
}

async function* findStrayPoints({ vectors, pool }: RepairDependencies): ReturnType<FindStrays> {
  for await (const page of readPointPages(vectors)) {
    const byDocument = Map.groupBy(page, ({ documentId }) => documentId);
    // A point without a document's id belongs to no document.
    const ids = [...byDocument.keys()].filter(isDocumentId);
    const [known, leaving] = await Promise.all([
      readDocuments(pool, ids),
      filterBeingRemoved(pool, ids),
    ]);
    yield {
      count: page.length,
      strays: [...byDocument]
        .filter(([id]) => !leaving.has(id))
        .flatMap(([id, points]) => findStrays(id, points, known.get(id))),
    };
  }
}
