/**
 * The statements that take a document through its stages, one round trip and one transaction each.
 * Writers of one document take turns on its row in `documents`: a statement that waited for the row
 * sees what the one before it wrote, because Postgres evaluates its condition on that row again.
 */
import type { QueueName } from '../../shared/queue-names.ts';
import type { Statement } from '../postgres/connection.ts';

/** All chunks of `c`, in their order, each as a `StoredChunk`. */
export const chunksAsJson = `
  json_agg(
    json_strip_nulls(
      json_build_object('index', c.index, 'text', c.body, 'headings', c.headings,
        'prefix', c.prefix, 'chunker', c.chunker))
    ORDER BY c.index)`;

/** The stage that version `v` has not come through: after its failure, the one that failed. */
export const stageLeft = `
  CASE WHEN v.keyword_at IS NULL THEN 'indexing' ELSE 'embedding' END`;

/**
 * Seconds since a version came in; null where the stage has been done for it before. Runs are
 * removed after a time, so a version that is older than a week counts as done.
 */
const secondsOfFirst = (stage: QueueName): string => `
  CASE WHEN versions.created_at > now() - interval '7 days' AND NOT EXISTS (
    SELECT FROM runs done
    WHERE done.document_id = $1 AND done.version_id = $2 AND done.stage = '${stage}'
      AND done.outcome = 'done')
  THEN extract(epoch FROM now() - versions.created_at)::float8 END AS seconds`;

const versionColumns = `
  v.document_id AS "documentId", v.id::float8 AS "versionId", v.state,
  v.keyword_at AS "keywordAt", v.vectors_at AS "vectorsAt", v.code, v.reason`;

/**
 * Parameters: document, URL, content hash, page, milliseconds of cleaning or null. Returns a row
 * when the page became the newest version, none when the newest has the same content and has not
 * failed.
 */
export const accept: Statement = {
  name: 'accept',
  text: `
    WITH document AS (
      INSERT INTO documents AS known (id, url, latest, content_hash)
      VALUES ($1, $2, nextval('versions_id_seq'), $3)
      ON CONFLICT (id) DO UPDATE
        SET latest = nextval('versions_id_seq'), content_hash = excluded.content_hash
        WHERE known.content_hash <> excluded.content_hash
          OR (SELECT state FROM versions WHERE id = known.latest) IN ('failed', 'cancelled')
      RETURNING id, latest)
    INSERT INTO versions (id, document_id, content_hash, page, clean_ms)
    OVERRIDING SYSTEM VALUE
    SELECT latest, id, $3, $4, $5 FROM document
    RETURNING id`,
};

/** Parameter: document. Returns its latest version. */
export const latest: Statement = {
  name: 'latest',
  text: `
    SELECT ${versionColumns}, v.page
    FROM documents d
    JOIN versions v ON v.id = d.latest
    WHERE d.id = $1`,
};

/** Parameter: document. Returns the id of its latest version. */
export const latestName: Statement = {
  name: 'latest-name',
  text: `
    SELECT id AS "documentId", latest::float8 AS "versionId"
    FROM documents
    WHERE id = $1 AND latest IS NOT NULL`,
};

/** Parameter: document. Returns its latest version without the text, and the chunks of it. */
export const latestChunks: Statement = {
  name: 'latest-chunks',
  text: `
    SELECT ${versionColumns}, v.page - 'text' AS page,
      coalesce((SELECT ${chunksAsJson} FROM chunks c WHERE c.version_id = v.id), '[]') AS chunks
    FROM documents d
    JOIN versions v ON v.id = d.latest
    WHERE d.id = $1`,
};

/** Parameters: document, version. Returns a row when the version is the latest. */
export const isLatest: Statement = {
  name: 'is-latest',
  text: 'SELECT 1 FROM documents WHERE id = $1 AND latest = $2',
};

/**
 * Parameters: document, version, chunks as JSON, how many, timings. The version is in the keyword
 * index: from now on the document has these chunks and no others. Returns a row when the version is
 * still the latest; writes nothing and returns none when it is not.
 */
export const storeChunks: Statement = {
  name: 'store-chunks',
  text: `
    WITH owner AS (SELECT id FROM documents WHERE id = $1 AND latest = $2 FOR UPDATE),
    surplus AS (
      DELETE FROM chunks USING owner
      WHERE document_id = owner.id AND (version_id <> $2 OR index >= $4)),
    stored AS (
      INSERT INTO chunks (document_id, version_id, index, body, headings, prefix, chunker)
      SELECT owner.id, $2, chunk.index, chunk.text,
        ARRAY(SELECT jsonb_array_elements_text(chunk.headings)), chunk.prefix, chunk.chunker
      FROM owner, jsonb_to_recordset($3::jsonb)
        AS chunk(index int, text text, headings jsonb, prefix text, chunker smallint)
      ON CONFLICT (version_id, index) DO UPDATE
        SET body = excluded.body, headings = excluded.headings, prefix = excluded.prefix,
          chunker = excluded.chunker),
    run AS (
      INSERT INTO runs (document_id, version_id, stage, outcome, timings)
      SELECT owner.id, $2, 'indexing', 'done',
        jsonb_strip_nulls(jsonb_build_object('clean', v.clean_ms)) || $5::jsonb
      FROM owner JOIN versions v ON v.id = $2)
    UPDATE versions SET keyword_at = now()
    FROM owner
    WHERE versions.id = $2
    RETURNING ${secondsOfFirst('indexing')}`,
};

/**
 * Parameters: document, version, timings. The version is done. Where another is the latest, that
 * one is opened again: its points may just have been overwritten. Returns the row of the version
 * that was changed.
 */
export const markIndexed: Statement = {
  name: 'mark-indexed',
  text: `
    WITH owner AS (SELECT id, latest FROM documents WHERE id = $1 FOR UPDATE),
    run AS (
      INSERT INTO runs (document_id, version_id, stage, outcome, timings)
      SELECT id, $2, 'embedding', CASE WHEN latest = $2 THEN 'done' ELSE 'superseded' END, $3
      FROM owner)
    UPDATE versions SET code = NULL, reason = NULL,
      state = CASE WHEN versions.id = $2 THEN 'indexed' ELSE 'pending' END,
      vectors_at = CASE WHEN versions.id = $2 THEN now() END
    FROM owner
    WHERE versions.id = owner.latest
      AND (versions.id = $2 AND state <> 'cancelled' OR state = 'indexed')
    RETURNING versions.id::float8 AS "versionId", ${secondsOfFirst('embedding')}`,
};

/**
 * Parameters: document, version, stage, outcome, code, reason, timings. Ends the version as failed
 * when the outcome is `failed` and it is still pending.
 */
export const recordFailure: Statement = {
  name: 'record-failure',
  text: `
    WITH run AS (
      INSERT INTO runs (document_id, version_id, stage, outcome, code, reason, timings)
      SELECT id, $2, $3, $4, $5, $6, $7 FROM documents WHERE id = $1)
    UPDATE versions SET state = 'failed', code = $5, reason = $6
    WHERE id = $2 AND state = 'pending' AND $4 = 'failed'`,
};
