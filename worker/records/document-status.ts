import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import { ask } from '../postgres/connection.ts';
import type { Statement } from '../postgres/connection.ts';
import { stageLeft } from './statements.ts';

/** How far a document's latest version is. It is derived, and stored nowhere. */
export const documentStates = [
  'pending',
  'keyword-searchable',
  'indexed',
  'failed',
  'cancelled',
] as const;
export type DocumentState = (typeof documentStates)[number];

/** A document as the API shows it. Its fields are JSON output. */
export interface DocumentStatus {
  readonly id: string;
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  readonly source: string | null;
  readonly crawlId: string | null;
  readonly state: DocumentState;
  /** Which searches find it, if only in the version before the latest. */
  readonly findable: { readonly keyword: boolean; readonly meaning: boolean };
  readonly failure: {
    readonly stage: QueueName;
    readonly code: string | null;
    readonly reason: string | null;
  } | null;
  readonly versionId: number;
  /** How many versions are kept. */
  readonly versions: number;
  /** How many chunks there are of the version by which it is found now. */
  readonly chunks: number;
  readonly times: {
    readonly receivedAt: string;
    readonly keywordAt: string | null;
    readonly indexedAt: string | null;
  };
}

/** Of document `d` and its latest version `v`. */
export const state = `
  CASE WHEN v.state = 'pending' AND v.keyword_at IS NOT NULL THEN 'keyword-searchable'
    ELSE v.state END AS state`;

export const findable = `
  json_build_object(
    'keyword', EXISTS (SELECT FROM chunks c WHERE c.document_id = d.id),
    'meaning', EXISTS (
      SELECT FROM versions known WHERE known.document_id = d.id AND known.vectors_at IS NOT NULL)
  ) AS findable`;

const status: Statement = {
  name: 'document-status',
  text: `
    SELECT d.id, d.url, page.*,
      ${state},
      ${findable},
      CASE WHEN v.state = 'failed' THEN json_build_object(
        'stage', ${stageLeft},
        'code', v.code, 'reason', v.reason) END AS failure,
      v.id::float8 AS "versionId",
      (SELECT count(*)::int FROM versions kept WHERE kept.document_id = d.id) AS versions,
      (SELECT count(*)::int FROM chunks c WHERE c.document_id = d.id) AS chunks,
      v.created_at AS "receivedAt", v.keyword_at AS "keywordAt",
      v.vectors_at AS "indexedAt"
    FROM documents d
    JOIN versions v ON v.id = d.latest
    -- A page may have megabytes, and each operator would decompress it once more.
    CROSS JOIN jsonb_to_record(v.page) AS page(
      title text, description text, language text, country text, "isMobile" boolean,
      source text, "crawlId" text)
    WHERE d.id = $1`,
};

type Row = Omit<DocumentStatus, 'times'> & {
  readonly receivedAt: Date;
  readonly keywordAt: Date | null;
  readonly indexedAt: Date | null;
};

/** @returns undefined when there is no such document */
export async function readDocumentStatus(
  pool: Pool,
  documentId: string,
): Promise<DocumentStatus | undefined> {
  const [row] = await ask<Row>(pool, status, [documentId]);
  if (row === undefined) return undefined;
  const { receivedAt, keywordAt, indexedAt, ...document } = row;
  return {
    ...document,
    times: {
      receivedAt: receivedAt.toISOString(),
      keywordAt: keywordAt?.toISOString() ?? null,
      indexedAt: indexedAt?.toISOString() ?? null,
    },
  };
}

/** @returns the states of those documents that there are, by id */
export async function readDocumentStates(
  pool: Pool,
  documentIds: readonly string[],
): Promise<Map<string, DocumentState>> {
  const rows = await ask<{ id: string; state: DocumentState }>(
    pool,
    {
      name: 'document-states',
      text: `
        SELECT d.id, ${state}
        FROM documents d
        JOIN versions v ON v.id = d.latest
        WHERE d.id = ANY($1)`,
    },
    [documentIds],
  );
  return new Map(rows.map((row) => [row.id, row.state]));
}
