import type { Pool } from 'pg';

import type { ReindexEstimate } from '../../shared/older-chunks.ts';
import { chunkerVersion } from '../chunks/split.ts';
import { ask } from '../postgres/connection.ts';
import { maxConcurrentDocuments } from './collection.ts';

/** The last documents that were embedded, by whose time a chunk's is estimated. */
const measuredRuns = 200;
const msPerMinute = 60_000;

interface Counted extends Omit<ReindexEstimate, 'minutes'> {
  readonly msPerChunk: number | null;
}

/** Counts the chunks, and estimates what making the vectors of all of them anew would take. */
export async function estimateReindex(pool: Pool): Promise<ReindexEstimate> {
  const [counted] = await ask<Counted>(
    pool,
    {
      name: 'reindex-estimate',
      text: `
        WITH measured AS (
          SELECT version_id,
            coalesce((timings->>'embed')::float8, 0) + coalesce((timings->>'upsert')::float8, 0) AS ms
          FROM runs
          WHERE stage = 'embedding' AND outcome = 'done'
          ORDER BY id DESC
          LIMIT $2),
        pace AS (
          SELECT sum(m.ms) / nullif(sum(c.chunks), 0) AS "msPerChunk"
          FROM measured m
          JOIN LATERAL (
            SELECT count(*) AS chunks FROM chunks WHERE version_id = m.version_id) c ON c.chunks > 0),
        older AS (
          SELECT count(*)::int AS "olderChunks", count(DISTINCT document_id)::int AS "olderDocuments"
          FROM chunks WHERE chunker IS NULL OR chunker < $1)
        SELECT (SELECT count(*)::int FROM chunks) AS chunks,
          (SELECT count(*)::int FROM documents) AS documents, older.*, pace.*
        FROM older, pace`,
    },
    [chunkerVersion, measuredRuns],
  );
  const { msPerChunk, ...counts } = counted as Counted;
  const minutes =
    msPerChunk === null || counts.chunks === 0
      ? null
      : Math.ceil((counts.chunks * msPerChunk) / maxConcurrentDocuments / msPerMinute);
  return { ...counts, minutes };
}
