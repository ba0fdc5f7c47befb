import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import type { StoredChunk } from '../documents/version.ts';
import { ask } from '../postgres/connection.ts';
import type { Timings } from './timings.ts';

/** Some chunks of the version by which a document is found now. */
export interface ChunkPage {
  /** Null as long as none has been cut. */
  readonly versionId: number | null;
  readonly items: readonly StoredChunk[];
}

/** One time that a stage ended for a version. Its fields are JSON output. */
export interface Run {
  readonly id: number;
  readonly versionId: number;
  readonly stage: QueueName;
  readonly outcome: 'done' | 'superseded' | 'again' | 'failed';
  readonly code: string | null;
  readonly reason: string | null;
  readonly worker: string;
  readonly finishedAt: Date;
  readonly timings: Timings;
}

/**
 * @param from the first chunk's number
 * @returns at most `limit` chunks in their order; undefined when there is no such document
 */
export async function readChunkPage(
  pool: Pool,
  documentId: string,
  from: number,
  limit: number,
): Promise<ChunkPage | undefined> {
  const [found] = await ask<ChunkPage>(
    pool,
    {
      name: 'chunk-page',
      text: `
        SELECT stored.version_id::float8 AS "versionId",
          coalesce((
            SELECT json_agg(
              json_strip_nulls(
                json_build_object('index', c.index, 'headings', c.headings, 'prefix', c.prefix,
                  'text', c.body))
              ORDER BY c.index)
            FROM (
              SELECT * FROM chunks
              WHERE version_id = stored.version_id AND index >= $2 ORDER BY index LIMIT $3) c
          ), '[]') AS items
        FROM documents d
        LEFT JOIN LATERAL (
          SELECT version_id FROM chunks WHERE document_id = d.id LIMIT 1) stored ON true
        WHERE d.id = $1`,
    },
    [documentId, from, limit],
  );
  return found;
}

/**
 * @param before the run to begin before
 * @returns at most `limit` runs, newest first; undefined when there is no such document
 */
export async function readRuns(
  pool: Pool,
  documentId: string,
  before: number,
  limit: number,
): Promise<Run[] | undefined> {
  const rows = await ask<Run>(
    pool,
    {
      name: 'runs-of-document',
      text: `
        SELECT r.id::float8 AS id, r.version_id::float8 AS "versionId", r.stage, r.outcome, r.code,
          r.reason, r.worker, r.finished_at AS "finishedAt", r.timings
        FROM documents d
        LEFT JOIN LATERAL (
          SELECT * FROM runs
          WHERE document_id = d.id AND id < $2 ORDER BY id DESC LIMIT $3) r ON true
        WHERE d.id = $1
        ORDER BY r.id DESC`,
    },
    [documentId, before, limit],
  );
  if (rows.length === 0) return undefined;
  // A document without runs is one row of nothing.
  return rows.filter(({ id }) => id !== null);
}

/** A version of a document, as it is shown. */
export interface KeptVersion {
  readonly id: number;
  readonly state: 'pending' | 'indexed' | 'failed' | 'cancelled';
  readonly code: string | null;
  readonly receivedAt: Date;
  readonly keywordAt: Date | null;
  readonly indexedAt: Date | null;
}

/** @returns at most `limit` versions, newest first; none when there is no such document */
export function readVersions(
  pool: Pool,
  documentId: string,
  limit: number,
): Promise<KeptVersion[]> {
  return ask<KeptVersion>(
    pool,
    {
      name: 'versions-of-document',
      text: `
        SELECT id::float8 AS id, state, code, created_at AS "receivedAt",
          keyword_at AS "keywordAt", vectors_at AS "indexedAt"
        FROM versions
        WHERE document_id = $1
        ORDER BY versions.id DESC
        LIMIT $2`,
    },
    [documentId, limit],
  );
}
