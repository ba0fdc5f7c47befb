import type { Pool } from 'pg';

import { canaryHost } from '../../shared/canary.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { ask } from '../postgres/connection.ts';
import { hostOfUrl, isOfHost } from '../postgres/expressions.ts';
import type { DocumentState } from './document-status.ts';
import type { CrawlState } from './reconciliation.ts';

/** Numbers of the whole stack. Canaries are left out. */
export interface Figures {
  readonly documents: Readonly<Record<DocumentState, number>>;
  /** Seconds that the oldest version has waited which the stage has never done; 0 for none. */
  readonly oldest: Readonly<Record<QueueName, number>>;
  readonly crawls: Readonly<Record<CrawlState, number>>;
  /** Pages that have not arrived, of crawls that ended lately. */
  readonly missing: number;
}

/** A crawl that is not complete after this time stays so: whoever reads of it has read of it. */
const missingDays = 3;

/** Each count has an index of its own, and the documents are counted by the smallest of theirs. */
const latest = (condition: string): string => `
  FROM versions v JOIN documents d ON d.latest = v.id
  WHERE ${condition} AND NOT (${hostOfUrl} = '${canaryHost}')`;
const count = (condition: string): string => `(SELECT count(*)::int ${latest(condition)})`;
const forIndexing = "v.state = 'pending' AND v.keyword_at IS NULL";
const forEmbedding = "v.state = 'pending' AND v.keyword_at IS NOT NULL";

/** A version that is indexed again is found meanwhile: it does not count. */
const oldest = (condition: string, stage: QueueName): string => `
  coalesce((
    SELECT extract(epoch FROM now() - v.created_at)::float8
    ${latest(condition)} AND NOT EXISTS (
      SELECT FROM runs r
      WHERE r.document_id = d.id AND r.version_id = v.id AND r.stage = '${stage}'
        AND r.outcome = 'done')
    ORDER BY v.id
    LIMIT 1), 0)`;

const crawlsIn = (state: CrawlState): string =>
  `'${state}', count(*) FILTER (WHERE state = '${state}')`;

const statement = `
  SELECT
    (SELECT count(*)::int FROM documents)
      - (SELECT count(*)::int FROM documents WHERE ${isOfHost(`'${canaryHost}'`)}) AS documents,
    ${count(forIndexing)} AS pending,
    ${count(forEmbedding)} AS "keyword-searchable",
    ${count("v.state = 'failed'")} AS failed,
    ${count("v.state = 'cancelled'")} AS cancelled,
    json_build_object(
      'indexing', ${oldest(forIndexing, 'indexing')},
      'embedding', ${oldest(forEmbedding, 'embedding')}) AS oldest,
    crawled.crawls, crawled.missing
  FROM (
    SELECT
      json_build_object(${(['running', 'completed', 'failed', 'cancelled'] as const)
        .map(crawlsIn)
        .join(', ')}) AS crawls,
      coalesce(sum(missing) FILTER (
        WHERE state <> 'running' AND reconciliation IN ('incomplete', 'expired')
          AND ended_at > now() - interval '${missingDays} days'), 0)::int AS missing
    FROM crawls) crawled`;

type Row = Omit<Figures, 'documents'> &
  Omit<Figures['documents'], 'indexed'> & { readonly documents: number };

/** Counts all documents, which takes up to two seconds of a million (measured, 50,000 pending). */
export async function readFigures(pool: Pool): Promise<Figures> {
  const [row] = await ask<Row>(pool, statement);
  const { documents, oldest: waited, crawls, missing, ...others } = row as Row;
  const known = Object.values(others).reduce((sum, each) => sum + each, 0);
  return {
    // The parts are of one moment; a negative number would be a fault of this statement.
    documents: { ...others, indexed: documents - known },
    oldest: waited,
    crawls,
    missing,
  };
}
