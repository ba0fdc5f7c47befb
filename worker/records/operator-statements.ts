/** The statements behind the operator's commands and the sweep. They run seldom and have no name. */
import { isOfHost } from '../postgres/expressions.ts';
import { stageLeft } from './statements.ts';

const withStageLeft = `d.id AS "documentId", ${stageLeft} AS stage`;

/** Parameters: documents, the stage to begin with. Opens their latest versions again. */
export const reopen = `
  UPDATE versions v
  SET state = 'pending', code = NULL, reason = NULL, vectors_at = NULL,
    keyword_at = CASE WHEN $2 = 'embedding' THEN keyword_at END
  FROM documents d
  WHERE d.id = ANY($1) AND v.id = d.latest
  RETURNING v.id`;

/**
 * Parameter: documents. Opens the latest versions again of those that failed or were cancelled, and
 * returns these with the stage that they have not come through.
 */
export const retry = `
  UPDATE versions v
  SET state = 'pending', code = NULL, reason = NULL
  FROM documents d
  WHERE d.id = ANY($1) AND d.latest = v.id AND v.state IN ('failed', 'cancelled')
  RETURNING ${withStageLeft}`;

/** Parameter: a code, or null for all. The same for failed versions, with their documents. */
export const retryFailed = `
  UPDATE versions v
  SET state = 'pending', code = NULL, reason = NULL
  FROM documents d
  WHERE v.state = 'failed' AND ($1::text IS NULL OR v.code = $1) AND d.latest = v.id
  RETURNING ${withStageLeft}`;

/**
 * Parameters: documents; true for these, false for all others. Cancels pending versions and returns
 * their documents.
 */
export const cancel = `
  UPDATE versions v
  SET state = 'cancelled'
  FROM documents d
  WHERE v.state = 'pending' AND d.latest = v.id AND (d.id = ANY($1)) = $2
  RETURNING d.id`;

/** Parameters: minimum age in seconds, limit, the version to begin after. Oldest first. */
const pendingWhere = (condition: string): string => `
  SELECT v.document_id AS "documentId", v.id::float8 AS "versionId"
  FROM versions v
  JOIN documents d ON d.latest = v.id
  WHERE v.state = 'pending' AND ${condition} AND v.id > $3
    AND v.created_at < now() - make_interval(secs => $1)
  ORDER BY v.id
  LIMIT $2`;

/** By stage, each with an index of its own. */
export const pending = {
  indexing: pendingWhere('v.keyword_at IS NULL'),
  embedding: pendingWhere('v.keyword_at IS NOT NULL'),
};

/** Parameter: documents. How many of them are in each state. */
export const states = `
  SELECT v.state, count(*)::int AS count
  FROM documents d
  JOIN versions v ON v.id = d.latest
  WHERE d.id = ANY($1)
  GROUP BY v.state`;

/** Parameters: the document to begin after, a host or null for all, limit. In the order of ids. */
export const documents = `
  SELECT id
  FROM documents
  WHERE id > $1 AND ($2::text IS NULL OR ${isOfHost('$2')})
  ORDER BY id
  LIMIT $3`;

/** Parameters: host, how the URLs begin. */
export const documentsUnder = `
  SELECT id, url
  FROM documents
  WHERE ${isOfHost('$1')} AND starts_with(url, $2)
  ORDER BY url`;
