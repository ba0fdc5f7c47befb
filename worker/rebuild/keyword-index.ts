import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from 'pg';

import type { Code } from '../../shared/codes.ts';
import { lowestDocumentId } from '../documents/document-id.ts';
import type { VersionContent } from '../documents/version.ts';
import { PulseError } from '../errors.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { refillKeywordIndex } from '../keywords/refill.ts';
import { ask } from '../postgres/connection.ts';
import { filterExisting, readFindable, readFindableAfter } from '../records/stored-versions.ts';

const pagesAtATime = 50;
/** Any number that nothing else uses: under this lock one process rebuilds. */
const rebuildLock = 7_305_003;
/** For workers between two of a batch's writes, whose own wait is short. */
const breathMs = 5;
/**
 * What a worker wrote into the old file in the moment it was put aside is known to Postgres within
 * this time.
 */
const marginSeconds = 60;

const unusable: ReadonlySet<Code> = new Set<Code>([
  'KEYWORDS_CORRUPT',
  'KEYWORDS_SCHEMA',
  'KEYWORDS_OUTDATED',
]);

export interface KeywordRebuildDependencies {
  readonly keywords: Keywords;
  readonly pool: Pool;
}

export interface KeywordIndexRebuild {
  readonly pages: number;
  readonly removed: number;
  readonly setAside: string | null;
  readonly resumed: boolean;
}

/**
 * Writes the keyword index anew from the chunks in Postgres, page by page in place, while workers
 * write and people search: of each page the newer version wins, whoever comes first. An unusable
 * file is put aside before. Broken off, it goes on where it was.
 *
 * @param tell pages done and how many there are
 */
export async function rebuildKeywordIndex(
  dependencies: KeywordRebuildDependencies,
  tell: (done: number, total: number) => void,
): Promise<KeywordIndexRebuild> {
  const client = await dependencies.pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS mine',
      [rebuildLock],
    );
    if (rows[0]?.mine !== true)
      throw new PulseError(
        'KEYWORDS_LOCKED',
        'away',
        'another ./pulse keywords rebuild is running',
      );
    return await rebuildAlone(dependencies, tell).finally(() =>
      client.query('SELECT pg_advisory_unlock($1)', [rebuildLock]),
    );
  } finally {
    client.release(true); // a session that broke loses its lock with it
  }
}

/**
 * At a worker's start: an index that an older Pulse wrote, that is empty beside documents in
 * Postgres (its volume was lost), or whose rebuild was broken off, is written anew. A damaged one
 * is not: somebody should look at that disk.
 *
 * @returns what was done; undefined when there was nothing to do, or another process does it
 */
export async function rebuildKeywordIndexIfNeeded(
  dependencies: KeywordRebuildDependencies,
): Promise<KeywordIndexRebuild | undefined> {
  const { keywords, pool } = dependencies;
  const outdated = await keywords.open().then(
    () => false,
    (error: unknown) => {
      if (error instanceof PulseError && error.code === 'KEYWORDS_OUTDATED') return true;
      throw error;
    },
  );
  const unfinished =
    !outdated &&
    ((await keywords.progress()) !== undefined || (await keywords.inventory('', 1)).length === 0);
  if (!outdated && !(unfinished && (await readFindableAfter(pool, lowestDocumentId, 1)).length > 0))
    return undefined;
  return rebuildKeywordIndex(dependencies, () => {}).catch((error: unknown) => {
    if (error instanceof PulseError && error.code === 'KEYWORDS_LOCKED') return undefined;
    throw error;
  });
}

async function rebuildAlone(
  dependencies: KeywordRebuildDependencies,
  tell: (done: number, total: number) => void,
): Promise<KeywordIndexRebuild> {
  const { keywords, pool } = dependencies;
  const [{ now, total } = { now: new Date(), total: 0 }] = await ask<{ now: Date; total: number }>(
    pool,
    `SELECT now(), count(*)::int AS total
     FROM versions v JOIN documents d ON d.latest = v.id
     WHERE v.keyword_at IS NOT NULL`,
  );
  const setAside = (await usable(dependencies)) ? null : await keywords.startAnew();
  const from = await keywords.progress();
  const refill = (versions: readonly VersionContent[], progress?: string): Promise<void> =>
    refillKeywordIndex(
      keywords,
      versions.map(buildKeywordPage),
      (ids) => filterExisting(pool, ids),
      progress,
    );
  let pages = 0;
  for (let after = from ?? lowestDocumentId; ;) {
    const batch = await readFindableAfter(pool, after, pagesAtATime);
    if (batch.length === 0) break;
    after = batch.at(-1)?.documentId as string;
    await refill(batch, after);
    pages += batch.length;
    tell(pages, total);
    await sleep(breathMs);
  }
  const recent = await ask<{ id: string }>(
    pool,
    `SELECT d.id
     FROM documents d JOIN versions v ON v.id = d.latest
     WHERE v.keyword_at > $1::timestamptz - make_interval(secs => $2)`,
    [now, marginSeconds],
  );
  for (let start = 0; start < recent.length; start += pagesAtATime) {
    const ids = recent.slice(start, start + pagesAtATime).map(({ id }) => id);
    await refill(await readFindable(pool, ids));
  }
  const removed = await removeOrphans(dependencies);
  await keywords.endProgress();
  return { pages, removed, setAside, resumed: from !== undefined };
}

/**
 * A file that cannot be opened, is not sound or is of another schema is not; a full disk or a lock
 * is no reason to give one up.
 */
async function usable({ keywords }: KeywordRebuildDependencies): Promise<boolean> {
  try {
    return (await keywords.problems()).length === 0;
  } catch (error) {
    if (error instanceof PulseError && unusable.has(error.code)) return false;
    throw error;
  }
}

/** Pages of documents that are not there. */
async function removeOrphans({ keywords, pool }: KeywordRebuildDependencies): Promise<number> {
  let removed = 0;
  for (let after = ''; ;) {
    const entries = await keywords.inventory(after, 1_000);
    if (entries.length === 0) return removed;
    after = entries.at(-1)?.id as string;
    const existing = await filterExisting(
      pool,
      entries.map(({ id }) => id),
    );
    for (const { id, version } of entries) {
      if (existing.has(id)) continue;
      await keywords.remove(id, version);
      removed += 1;
    }
  }
}
