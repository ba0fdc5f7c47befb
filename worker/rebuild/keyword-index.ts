import { setTimeout as sleep } from 'node:timers/promises';

import type { ClientBase, Pool } from 'pg';

import type { Code } from '../../shared/codes.ts';
import { lowestDocumentId } from '../documents/document-id.ts';
import type { VersionContent } from '../documents/version.ts';
import { PulseError } from '../errors.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { refillKeywordIndex } from '../keywords/refill.ts';
import { ask } from '../postgres/connection.ts';
import { filterExisting, readFindable, readFindableAfter } from '../records/stored-versions.ts';

const pageSize = 50;
/** Number of the Postgres advisory lock under which one process rebuilds; used for nothing else. */
const rebuildLock = 7_305_003;
const lockPauseMs = 500;
/** Pause between two writes, so that workers, which wait only 50 ms for the lock, get it. */
const writePauseMs = 5;
/**
 * A document that a worker wrote into the old file just before it was set aside is recorded in
 * Postgres within this time.
 */
const catchUpSeconds = 60;

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
 * Rebuilds the keyword index from the chunks in Postgres, in place and in batches, while workers
 * write and people search. Of each document the newer version stays, in whatever order they are
 * written. An unusable file is set aside first. An interrupted rebuild continues where it was.
 *
 * @param tell gets the number of documents done, and of all documents
 * @param tellWaiting called while another process rebuilds, which is waited for
 * @throws PulseError KEYWORDS_LOCKED when another process rebuilds and is not waited for
 */
export async function rebuildKeywordIndex(
  dependencies: KeywordRebuildDependencies,
  tell: (done: number, total: number) => void,
  tellWaiting?: () => void,
): Promise<KeywordIndexRebuild> {
  const client = await dependencies.pool.connect();
  try {
    while (!(await takeLock(client))) {
      if (tellWaiting === undefined)
        throw new PulseError('KEYWORDS_LOCKED', 'away', 'another rebuild is running');
      tellWaiting();
      await sleep(lockPauseMs);
    }
    try {
      return await rebuildUnderLock(dependencies, tell);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [rebuildLock]);
    }
  } finally {
    // Closes the session, and with it a lock that it may still hold.
    client.release(true);
  }
}

async function takeLock(client: ClientBase): Promise<boolean> {
  const statement = 'SELECT pg_try_advisory_lock($1) AS mine';
  const { rows } = await client.query<{ mine: boolean }>(statement, [rebuildLock]);
  return rows[0]?.mine === true;
}

/**
 * Run when a worker starts. Builds the index beside that of the release before, and builds one
 * again that is empty while Postgres has documents (its volume was lost), or whose rebuild was
 * interrupted. A damaged index is not rebuilt: a person should look at that disk first.
 *
 * @returns undefined when there was nothing to do, or another process does it
 */
export async function rebuildKeywordIndexIfNeeded(
  dependencies: KeywordRebuildDependencies,
): Promise<KeywordIndexRebuild | undefined> {
  const { keywords, pool } = dependencies;
  const isOutdated = await keywords.open().then(
    () => false,
    (error: unknown) => {
      if (error instanceof PulseError && error.code === 'KEYWORDS_OUTDATED') return true;
      throw error;
    },
  );
  if (!isOutdated && !(await isUnfinished(keywords))) return undefined;
  if (!isOutdated && (await readFindableAfter(pool, lowestDocumentId, 1)).length === 0)
    return undefined;
  return rebuildKeywordIndex(dependencies, () => {}).catch((error: unknown) => {
    if (error instanceof PulseError && error.code === 'KEYWORDS_LOCKED') return undefined;
    throw error;
  });
}

async function isUnfinished(keywords: Keywords): Promise<boolean> {
  const { fullSince, documents, older } = await keywords.state();
  if (documents === 0 || (await keywords.progress()) !== undefined) return true;
  return older !== null && fullSince === null;
}

async function rebuildUnderLock(
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
  const setAside = (await isUsable(dependencies)) ? null : await keywords.startEmpty();
  if ((await keywords.state()).fullSince === null) await keywords.checkSpace();
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
    const batch = await readFindableAfter(pool, after, pageSize);
    if (batch.length === 0) break;
    after = batch.at(-1)?.documentId as string;
    await refill(batch, after);
    pages += batch.length;
    tell(pages, total);
    await sleep(writePauseMs);
  }
  const recent = await ask<{ id: string }>(
    pool,
    `SELECT d.id
     FROM documents d JOIN versions v ON v.id = d.latest
     WHERE v.keyword_at > $1::timestamptz - make_interval(secs => $2)`,
    [now, catchUpSeconds],
  );
  for (let start = 0; start < recent.length; start += pageSize) {
    const ids = recent.slice(start, start + pageSize).map(({ id }) => id);
    await refill(await readFindable(pool, ids));
  }
  await keywords.endProgress();
  const removed = await removeOrphans(dependencies);
  return { pages, removed, setAside, resumed: from !== undefined };
}

/**
 * False for a file that is damaged or of another schema. A full disk or a lock is thrown: it is no
 * reason to give up the file.
 */
async function isUsable({ keywords }: KeywordRebuildDependencies): Promise<boolean> {
  try {
    return (await keywords.problems()).length === 0;
  } catch (error) {
    if (error instanceof PulseError && unusable.has(error.code)) return false;
    throw error;
  }
}

/** Removes the rows of documents that Postgres does not have. @returns how many documents */
export async function removeOrphans({
  keywords,
  pool,
}: KeywordRebuildDependencies): Promise<number> {
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
