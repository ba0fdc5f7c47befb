import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from 'pg';

import { lowestDocumentId } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { refillKeywordIndex } from '../keywords/refill.ts';
import type { Logger } from '../logs.ts';
import { ask } from '../postgres/connection.ts';
import { filterExisting, readFindable } from '../records/stored-versions.ts';
import { rebuildKeywordIndexIfNeeded, removeOrphans } from './keyword-index.ts';

export interface KeywordUpkeepDependencies {
  readonly keywords: Keywords;
  readonly pool: Pool;
  readonly log: Logger;
}

const everyMs = 60_000;
/** What workers of the release before wrote since the last look, and some more. */
const recentSeconds = 180;
const pageSize = 1_000;
const refillSize = 50;

/**
 * After an update, until the keyword file of the release before is gone: builds the new file, takes
 * over what workers of the release before still write to theirs, and deletes the old file when the
 * new one has been full for seven days. It looks at once, and every minute while the old file is
 * there.
 */
export async function keepKeywordFiles(
  dependencies: KeywordUpkeepDependencies,
  stopping: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  for (let since: Date | undefined; !stopping.aborted;) {
    const startedMs = Date.now();
    try {
      const next = await lookAfter(dependencies, since);
      if (next === 'done') return;
      if (next === 'full') since = new Date(startedMs - recentSeconds * 1_000);
    } catch (error) {
      report(dependencies.log, error, told);
    }
    await sleep(everyMs, undefined, { signal: stopping, ref: false }).catch(() => undefined);
  }
}

/** Logs each problem once. */
function report(log: Logger, error: unknown, told: Set<string>): void {
  const problem = error instanceof PulseError ? error.code : String(error);
  if (told.has(problem)) return;
  told.add(problem);
  log.error(
    { err: error },
    'the keyword index cannot be used or built now; it is tried again every minute',
  );
}

async function lookAfter(
  dependencies: KeywordUpkeepDependencies,
  since: Date | undefined,
): Promise<'building' | 'full' | 'done'> {
  const { keywords, log } = dependencies;
  const built = await rebuildKeywordIndexIfNeeded(dependencies);
  if (built !== undefined) log.info({ ...built }, 'the keyword index was rebuilt from Postgres');
  if (await keywords.retireOlder()) log.info('the old keyword file was deleted');
  const { older, fullSince } = await keywords.state();
  if (older === null) return 'done';
  if (fullSince === null) return 'building';
  await takeOver(dependencies, since);
  // A deletion leaves no time in Postgres: the last worker of an update finds all of them.
  if (since === undefined) await removeOrphans(dependencies);
  return 'full';
}

/**
 * Writes the documents to the new file that only workers of the release before have written.
 *
 * @param since when they were indexed at the earliest; undefined for all
 * @returns how many
 */
async function takeOver(
  { keywords, pool }: Omit<KeywordUpkeepDependencies, 'log'>,
  since?: Date,
): Promise<number> {
  let taken = 0;
  for (let after = lowestDocumentId; ;) {
    const stored = await ask<{ id: string; version: number }>(
      pool,
      `SELECT d.id, v.id::float8 AS version
       FROM documents d JOIN versions v ON v.id = d.latest
       WHERE v.keyword_at >= coalesce($1::timestamptz, '-infinity') AND d.id > $2
       ORDER BY d.id LIMIT ${pageSize}`,
      [since ?? null, after],
    );
    const last = stored.at(-1);
    if (last === undefined) return taken;
    after = last.id;
    const entries = await keywords.entries(stored.map(({ id }) => id));
    const known = new Map(entries.map(({ id, version }) => [id, version]));
    const missing = stored.filter(({ id, version }) => (known.get(id) ?? -1) < version);
    for (let start = 0; start < missing.length; start += refillSize) {
      const ids = missing.slice(start, start + refillSize).map(({ id }) => id);
      const versions = await readFindable(pool, ids);
      await refillKeywordIndex(keywords, versions.map(buildKeywordPage), (existing) =>
        filterExisting(pool, existing),
      );
    }
    taken += missing.length;
  }
}
