import { setTimeout as sleep } from 'node:timers/promises';

import { isDocumentId } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import type { KeywordEntry } from '../keywords/keyword-index.ts';
import {
  compareChunks,
  reportOrphanedKeywords,
  comparePoints,
  listPointIds,
  compareStrays,
  compareKeywords,
} from './compare.ts';
import type { ExpectedDocument, Finding, Kind, Point } from './compare.ts';
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
  /** Points among them that the local TEI made. They are correct; the GPU host replaces them. */
  readonly standIns: number;
  /** The first thousand. */
  readonly findings: readonly Finding[];
  /** Stores that could not be compared. */
  readonly away: readonly { readonly code: string; readonly reason: string }[];
  readonly mended: RepairResult | null;
}

export interface AuditOptions {
  readonly repair?: boolean;
  /** Called with the number of documents compared so far. */
  readonly tell?: (documents: number) => void;
}

/** Workers write during the audit: what looks wrong is compared again after this time. */
const confirmDelayMs = 500;

/**
 * Compares the stores in pages: first that everything that must be there is there, then that
 * nothing else is. Every indexed document must have one keyword row and one point per chunk, all of
 * its latest version. With `repair` each finding is repaired.
 */
export async function audit(
  dependencies: RepairDependencies,
  { repair = false, tell = () => {} }: AuditOptions = {},
): Promise<Audit> {
  const totals = new DocumentTotals();
  const findings = new Findings();
  const mended = emptyRepairResult();
  const record = async (news: readonly Finding[]): Promise<void> => {
    findings.add(news);
    if (repair && news.length > 0) await repairFindings(dependencies, news, mended);
  };
  const keywordRows = new StoreComparison(findMissingKeywords, findStrayKeywords);
  const points = new StoreComparison(findMissingPoints, findStrayPoints);
  for await (const page of readDocumentPages(dependencies.pool)) {
    totals.add(page);
    tell(totals.documents);
    const indexed = page.filter(({ state }) => state === 'indexed');
    await record(indexed.flatMap(compareChunks));
    const withChunks = indexed.filter(({ chunks }) => chunks > 0);
    for (const store of [keywordRows, points])
      await store.compare(async () =>
        record(await confirmMissing(dependencies, withChunks, store.findMissing)),
      );
  }
  for (const store of [keywordRows, points]) {
    await store.compare(async () => {
      for await (const { count, strays } of store.findStrays(dependencies)) {
        store.counted += count;
        await record(strays);
      }
    });
  }
  const away = [keywordRows, points]
    .flatMap((store) => store.away ?? [])
    .map(({ code, message }) => ({ code, reason: message }));
  const standIns = points.away === undefined ? await dependencies.vectors.countBy('local') : 0;
  return {
    ok: findings.isEmpty && away.length === 0,
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
 * The comparison of one store with Postgres. A store that is away is no finding, and the other
 * store is still compared.
 */
class StoreComparison {
  readonly findMissing: FindMissing;
  readonly findStrays: FindStrays;
  counted = 0;
  away: PulseError | undefined;

  constructor(findMissing: FindMissing, findStrays: FindStrays) {
    this.findMissing = findMissing;
    this.findStrays = findStrays;
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
 * The stores are read one after the other while workers write. Therefore a finding counts only when
 * it is found again 500 ms later and its document is still indexed.
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
  const findIn = async (entries: readonly KeywordEntry[]): Promise<Finding[]> => {
    const { known, leaving } = await readKnown(
      pool,
      entries.map(({ id }) => id),
    );
    return entries
      .filter(({ id }) => !known.has(id) && !leaving.has(id))
      .map(reportOrphanedKeywords);
  };
  for (let after = ''; ;) {
    const entries = await keywords.inventory(after, 1_000);
    if (entries.length === 0) return;
    after = entries.at(-1)?.id as string;
    yield {
      count: entries.reduce((sum, { rows }) => sum + rows, 0),
      strays: await confirmStrays(await findIn(entries), async (ids) =>
        findIn(await keywords.entries([...ids])),
      ),
    };
  }
}

async function* findStrayPoints({ vectors, pool }: RepairDependencies): ReturnType<FindStrays> {
  const findIn = async (points: readonly Point[]): Promise<Finding[]> => {
    const byDocument = Map.groupBy(points, ({ documentId }) => documentId);
    // A point whose document id is not of this form belongs to no document.
    const { known, leaving } = await readKnown(pool, [...byDocument.keys()].filter(isDocumentId));
    return [...byDocument]
      .filter(([id]) => !leaving.has(id))
      .flatMap(([id, ofOne]) => compareStrays(id, ofOne, known.get(id)));
  };
  for await (const page of readPointPages(vectors)) {
    yield {
      count: page.length,
      strays: await confirmStrays(await findIn(page), async (ids) => {
        const suspects = page.filter(({ documentId }) => ids.has(documentId));
        return findIn(
          await readPoints(
            vectors,
            suspects.map(({ id }) => id),
          ),
        );
      }),
    };
  }
}

/** Documents first: one that is deleted in between is then among those that are being removed. */
async function readKnown(pool: RepairDependencies['pool'], ids: readonly string[]) {
  const known = await readDocuments(pool, ids);
  return { known, leaving: await filterBeingRemoved(pool, ids) };
}

/**
 * A deletion may have ended, or a document been written again, since the store was read. Therefore
 * a finding counts only when the store still has it 500 ms later.
 */
async function confirmStrays(
  first: readonly Finding[],
  findAgain: (documentIds: ReadonlySet<string>) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (first.length === 0) return [];
  await sleep(confirmDelayMs);
  return findAgain(new Set(first.map(({ documentId }) => documentId)));
}
