import { setTimeout as sleep } from 'node:timers/promises';

import { PulseError } from '../errors.ts';
import type { Services } from '../services.ts';
import {
  chunkFindings,
  orphanedWords,
  pointFindings,
  pointIdsOf,
  strayFindings,
  wordFindings,
} from './compare.ts';
import type { Expected, Finding, Kind } from './compare.ts';
import { beingRemoved, documentsOf, pagesOfDocuments } from './documents.ts';
import { Census, Findings } from './findings.ts';
import { pagesOfPoints, pointsOf } from './points.ts';
import { mend, nothingMended } from './repair.ts';
import type { Mended } from './repair.ts';

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
  readonly mended: Mended | null;
}

export interface AuditOptions {
  readonly repair?: boolean;
  /** @param documents looked at */ readonly tell?: (documents: number) => void;
}

/** What looks wrong while workers work is looked at once more after this time. */
const secondLookMs = 500;
/** Whoever wrote a point without a document's id, it is nobody's. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Compares the stores, a page at a time: what should be there is there, then what is there should
 * be. For every indexed document one keyword row and one point a chunk, all of its latest version,
 * and nothing else. With `repair` each finding is mended.
 */
export async function audit(
  services: Services,
  { repair = false, tell = () => {} }: AuditOptions = {},
): Promise<Audit> {
  const [census, findings, mended] = [new Census(), new Findings(), nothingMended()];
  const found = async (news: readonly Finding[]): Promise<void> => {
    findings.add(news);
    if (repair && news.length > 0) await mend(services, news, mended);
  };
  const words = new Side(wordsMissing, restOfWords);
  const points = new Side(pointsMissing, restOfPoints);
  for await (const page of pagesOfDocuments(services.pool)) {
    census.add(page);
    tell(census.documents);
    const indexed = page.filter(({ state }) => state === 'indexed');
    await found(indexed.flatMap(chunkFindings));
    const whole = indexed.filter(({ chunks }) => chunks > 0);
    for (const side of [words, points])
      await side.compare(async () => found(await lookedAtTwice(services, whole, side.missing)));
  }
  for (const side of [words, points]) {
    await side.compare(async () => {
      for await (const { count, strays } of side.rest(services)) {
        side.counted += count;
        await found(strays);
      }
    });
  }
  const away = [words, points]
    .flatMap((side) => side.away ?? [])
    .map(({ code, message }) => ({ code, reason: message }));
  const standIns = points.away === undefined ? await services.vectors.countBy('local') : 0;
  return {
    ok: findings.none && away.length === 0,
    documents: census.documents,
    pending: census.pending,
    failed: census.failed,
    chunks: census.chunks,
    keywordRows: words.counted,
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
class Side {
  readonly missing: Missing;
  readonly rest: Rest;
  counted = 0;
  away: PulseError | undefined;

  constructor(missing: Missing, rest: Rest) {
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

type Missing = (services: Services, documents: readonly Expected[]) => Promise<Finding[]>;
type Rest = (
  services: Services,
) => AsyncGenerator<{ readonly count: number; readonly strays: readonly Finding[] }>;

async function wordsMissing(
  { keywords }: Services,
  documents: readonly Expected[],
): Promise<Finding[]> {
  const entries = new Map(
    (await keywords.entries(documents.map(({ documentId }) => documentId))).map((entry) => [
      entry.id,
      entry,
    ]),
  );
  return documents.flatMap((document) => wordFindings(document, entries.get(document.documentId)));
}

async function pointsMissing(
  { vectors }: Services,
  documents: readonly Expected[],
): Promise<Finding[]> {
  const versions = new Map(
    (await pointsOf(vectors, documents.flatMap(pointIdsOf))).map(({ id, version }) => [
      id,
      version,
    ]),
  );
  return documents.flatMap((document) =>
    pointFindings(
      document,
      pointIdsOf(document).flatMap((id) => versions.get(id) ?? []),
    ),
  );
}

/**
 * The stores are read one after the other while workers write: what was found counts when it is
 * found again with a document that is still the same.
 */
async function lookedAtTwice(
  services: Services,
  documents: readonly Expected[],
  missing: Missing,
): Promise<Finding[]> {
  const first = documents.length === 0 ? [] : await missing(services, documents);
  if (first.length === 0) return [];
  await sleep(secondLookMs);
  const again = await documentsOf(services.pool, [
    ...new Set(first.map(({ documentId }) => documentId)),
  ]);
  return missing(
    services,
    [...again.values()].filter(({ state }) => state === 'indexed'),
  );
}

async function* restOfWords({ keywords, pool }: Services): ReturnType<Rest> {
  for (let after = ''; ;) {
    const entries = await keywords.inventory(after, 1_000);
    if (entries.length === 0) return;
    after = entries.at(-1)?.id as string;
    const ids = entries.map(({ id }) => id);
    const [known, leaving] = await Promise.all([documentsOf(pool, ids), beingRemoved(pool, ids)]);
    yield {
      count: entries.reduce((sum, { rows }) => sum + rows, 0),
      strays: entries.filter(({ id }) => !known.has(id) && !leaving.has(id)).map(orphanedWords),
    };
  }
}

async function* restOfPoints({ vectors, pool }: Services): ReturnType<Rest> {
  for await (const page of pagesOfPoints(vectors)) {
    const byDocument = Map.groupBy(page, ({ documentId }) => documentId);
    const ids = [...byDocument.keys()].filter((id) => uuid.test(id));
    const [known, leaving] = await Promise.all([documentsOf(pool, ids), beingRemoved(pool, ids)]);
    yield {
      count: page.length,
      strays: [...byDocument]
        .filter(([id]) => !leaving.has(id))
        .flatMap(([id, points]) => strayFindings(id, points, known.get(id))),
    };
  }
}
