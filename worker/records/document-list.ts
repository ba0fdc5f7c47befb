import type { Pool } from 'pg';

import { canaryHost } from '../../shared/canary.ts';
import { ask } from '../postgres/connection.ts';
import { crawlOfPage, hostOfUrl, isOfHost } from '../postgres/expressions.ts';
import { findable, state } from './document-status.ts';
import type { DocumentState, DocumentStatus } from './document-status.ts';

/** Which documents a list has; an absent field means any. */
export interface DocumentFilter {
  readonly state?: DocumentState | undefined;
  readonly host?: string | undefined;
  readonly documentId?: string | undefined;
  /** That of the latest version. */
  readonly crawl?: string | undefined;
  /** The code with which the latest version failed. */
  readonly code?: string | undefined;
}

/**
 * A place in the list, which is ordered by when a document first came in, newest first. Both never
 * change, so whoever reads on meets each document once, whatever comes, changes or goes meanwhile.
 */
export interface ListPlace {
  /** Microseconds since 1970, in digits. */
  readonly createdAt: string;
  readonly id: string;
}

/** A document in a list. Its fields are JSON output. */
export type ListedDocument = Pick<DocumentStatus, 'id' | 'url' | 'title' | 'state' | 'findable'> & {
  readonly code: string | null;
  /** When the latest version came in, or something last became of it. */
  readonly updatedAt: Date;
};

export interface DocumentPage {
  readonly items: ListedDocument[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: ListPlace | undefined;
}

/** Literals, so that Postgres sees which of the partial indexes of `versions` fit. */
const stateConditions: Readonly<Record<DocumentState, string>> = {
  pending: "v.state = 'pending' AND v.keyword_at IS NULL",
  'keyword-searchable': "v.state = 'pending' AND v.keyword_at IS NOT NULL",
  indexed: "v.state = 'indexed'",
  failed: "v.state = 'failed'",
  cancelled: "v.state = 'cancelled'",
};

/**
 * Up to so many documents of a state are all sorted, in some 150 ms. Postgres reads documents in
 * the list's order instead and looks for the state in each, because it takes them for evenly
 * spread; where all that failed did so long ago, that is every document.
 */
const maxSorted = 20_000;

/**
 * @param after the last place of the page before
 * @returns at most `limit` documents, without canaries
 */
export async function listDocuments(
  pool: Pool,
  filter: DocumentFilter,
  limit: number,
  after?: ListPlace,
): Promise<DocumentPage> {
  const sortsAll = filter.crawl !== undefined || (await isInRareState(pool, filter));
  const { text, values } = buildStatement(filter, limit + 1, after, sortsAll);
  const rows = await ask<ListedDocument & { createdAt: string }>(pool, text, values);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ createdAt: _createdAt, ...item }) => item),
    next:
      rows.length > limit && last !== undefined
        ? { createdAt: last.createdAt, id: last.id }
        : undefined,
  };
}

/** Prepared: the statement of a list takes Postgres a millisecond to plan, and this one nothing. */
const anyDocument = {
  name: 'any-document',
  text: `SELECT EXISTS (SELECT FROM documents WHERE ${hostOfUrl} <> $1) AS "isThere"`,
};

/** @returns whether a list would have any document */
export async function hasDocuments(pool: Pool): Promise<boolean> {
  const [row] = await ask<{ isThere: boolean }>(pool, anyDocument, [canaryHost]);
  return row?.isThere === true;
}

async function isInRareState(pool: Pool, { state: asked, code }: DocumentFilter): Promise<boolean> {
  const only = asked ?? (code === undefined ? 'indexed' : 'failed');
  if (only === 'indexed') return false;
  const [row] = await ask<{ count: number }>(
    pool,
    `
    SELECT count(*)::int
    FROM (SELECT FROM versions v WHERE ${stateConditions[only]} LIMIT ${maxSorted + 1}) found`,
  );
  return (row?.count ?? 0) <= maxSorted;
}

/**
 * The page is chosen first, and only its documents are looked at closely: a title is read from the
 * whole page, which may be large.
 *
 * @param sortsAll keeps Postgres from reading documents in the list's order: what fits is few, or
 *   came in together, as a crawl did
 */
function buildStatement(
  filter: DocumentFilter,
  limit: number,
  after: ListPlace | undefined,
  sortsAll: boolean,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    `${hostOfUrl} <> ${place(canaryHost)}`,
    ...(filter.state === undefined ? [] : [stateConditions[filter.state]]),
    ...(filter.host === undefined ? [] : [isOfHost(place(filter.host))]),
    ...(filter.documentId === undefined ? [] : [`d.id = ${place(filter.documentId)}`]),
    ...(filter.crawl === undefined ? [] : [`${crawlOfPage} = ${place(filter.crawl)}`]),
    ...(filter.code === undefined ? [] : [`v.state = 'failed' AND v.code = ${place(filter.code)}`]),
    ...(after === undefined
      ? []
      : [
          `(d.created_at, d.id) < (timestamptz 'epoch' + ${place(after.createdAt)}::float8
            * interval '1 microsecond', ${place(after.id)}::uuid)`,
        ]),
  ];
  const text = `
    WITH chosen AS MATERIALIZED (
      SELECT d.id, d.created_at
      FROM documents d
      JOIN versions v ON v.id = d.latest
      WHERE ${conditions.join(' AND ')}
      ORDER BY d.created_at${sortsAll ? " + interval '0'" : ''} DESC, d.id DESC
      LIMIT ${place(limit)})
    SELECT d.id, d.url, v.page->>'title' AS title, ${state}, ${findable}, v.code,
      greatest(v.created_at, v.keyword_at, v.vectors_at, (
        SELECT max(r.finished_at) FROM runs r WHERE r.document_id = d.id AND r.version_id = v.id)
      ) AS "updatedAt",
      (extract(epoch FROM d.created_at) * 1000000)::bigint::text AS "createdAt"
    FROM chosen
    JOIN documents d USING (id)
    JOIN versions v ON v.id = d.latest
    ORDER BY chosen.created_at DESC, d.id DESC`;
  return { text, values };
}
