/** The statement that stores a delivery: one round trip, one transaction. */
import type { Statement } from '../postgres/connection.ts';

/** A sender is asked for the pages of a crawl so long after its end. */
const reconcileAfter = "interval '30 s'";

/** What a delivery changes of its crawl, the row `known`. The first end that comes counts. */
const crawlChange = `
  last_delivery_at = now(),
  state = CASE WHEN known.state = 'running' THEN $10 ELSE known.state END,
  reason = CASE WHEN known.state = 'running' THEN $11 ELSE known.reason END,
  ended_at = CASE WHEN known.state = 'running' AND $10 <> 'running'
    THEN now() ELSE known.ended_at END,
  reconciliation = CASE WHEN known.state = 'running' AND $10 <> 'running'
    THEN 'waiting' ELSE known.reconciliation END,
  reconcile_due_at = CASE WHEN known.state = 'running' AND $10 <> 'running'
    THEN now() + ${reconcileAfter} ELSE known.reconcile_due_at END`;

/**
 * What becomes of a page, `excluded`, whose document is there, `known`. See `storeCrawlPages`. The
 * row is locked, and what it says is what the statement before wrote.
 */
const outcome = `
  CASE
    WHEN known.content_hash = excluded.content_hash THEN
      CASE WHEN $12 = 'webhook'
          AND (SELECT state FROM versions WHERE id = known.latest) IN ('failed', 'cancelled')
        THEN 'accepted' ELSE 'unchanged' END
    WHEN known.crawl_started_at > excluded.crawl_started_at
      OR known.changed_at > excluded.changed_at
      OR EXISTS (
        SELECT FROM crawl_pages p
        WHERE p.crawl_id = $7 AND p.url = known.url
          AND excluded.content_hash = ANY(p.content_hashes))
      OR EXISTS (
        SELECT FROM versions v
        WHERE v.id = known.latest
          AND (v.created_at > excluded.changed_at + interval '1 day'
            OR v.page->>'crawlId' IS NULL AND v.created_at > (
              SELECT CASE WHEN $12 = 'webhook' THEN ended_at ELSE started_at END FROM own)))
      OR $12 = 'reconciliation' AND known.changed_at > (SELECT started_at FROM own)
      THEN 'older'
    ELSE 'accepted'
  END`;

/**
 * Parameters: pages as JSON; source, key, event, outcome and bytes of the delivery, null where
 * there is none; id, source and kind of the crawl, null where there is none, its state and the
 * reason; how the pages came. Returns a row for each page, or one of nulls when there is none; no
 * row when the delivery has been taken before.
 */
export const storePages: Statement = {
  name: 'store-pages',
  text: `
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS one(
        url text, id uuid, hash text, page jsonb, "cleanMs" real, "changedAt" timestamptz,
        outcome text, code text, reason text)),
    taken AS (
      INSERT INTO deliveries AS known (source, key, event, crawl_id, outcome, code, pages, bytes)
      SELECT $2::text, $3::text, $4, $7::text, $5, (SELECT min(code) FROM given),
        (SELECT count(*) FROM given), $6::int
      WHERE $3 IS NOT NULL
      -- The sender has delivered, if later than Pulse asked: it is not silent.
      ON CONFLICT (source, key) DO UPDATE
        SET event = excluded.event, bytes = excluded.bytes, received_at = now()
        WHERE known.event = 'poll' AND excluded.event <> 'poll'
      RETURNING source),
    turn AS (SELECT FROM taken UNION ALL SELECT WHERE $3 IS NULL),
    begun AS (
      INSERT INTO crawls AS known
        (id, source, kind, state, reason, ended_at, reconciliation, reconcile_due_at)
      SELECT $7, $8, $9, $10::text, $11::text, CASE WHEN $10 <> 'running' THEN now() END,
        CASE WHEN $10 = 'running' THEN 'not-asked' ELSE 'waiting' END,
        CASE WHEN $10 <> 'running' THEN now() + ${reconcileAfter} END
      FROM turn
      WHERE $7 IS NOT NULL AND NOT EXISTS (SELECT FROM crawls WHERE id = $7)
      ON CONFLICT (id) DO UPDATE SET ${crawlChange}
      RETURNING started_at, ended_at),
    -- Deliveries of one crawl would wait for each other, so the time is written once a second.
    changed AS (
      UPDATE crawls AS known SET ${crawlChange}
      FROM taken
      WHERE known.id = $7 AND ($10 <> 'running' AND known.state = 'running'
        OR known.last_delivery_at < now() - interval '1 s')),
    own AS MATERIALIZED (
      SELECT started_at, ended_at FROM begun
      UNION ALL
      SELECT started_at, ended_at FROM crawls WHERE id = $7),
    -- What this crawl has brought before, and somebody has deleted since. A subquery is answered by
    -- an index for each page. A join may read all pages of the crawl, until the table is analyzed.
    deleted AS MATERIALIZED (
      SELECT id
      FROM given
      WHERE (SELECT given.hash = ANY(p.content_hashes)
          FROM crawl_pages p WHERE p.crawl_id = $7 AND p.url = given.url)
        AND (SELECT documents.id FROM documents WHERE documents.id = given.id) IS NULL),
    stored AS (
      INSERT INTO documents AS known
        (id, url, latest, content_hash, crawl_started_at, changed_at, last_outcome)
      SELECT id, url, nextval('versions_id_seq'), hash, (SELECT started_at FROM own), "changedAt",
        'accepted'
      FROM given, turn
      WHERE page IS NOT NULL AND id NOT IN (SELECT id FROM deleted)
      -- In one order, so that two deliveries never wait for each other.
      ORDER BY id
      ON CONFLICT (id) DO UPDATE
        SET (last_outcome, latest, content_hash) = (
            SELECT became,
              CASE WHEN became = 'accepted' THEN nextval('versions_id_seq') ELSE known.latest END,
              CASE WHEN became = 'accepted'
                THEN excluded.content_hash ELSE known.content_hash END
            FROM (SELECT ${outcome} AS became OFFSET 0) decided),
          crawl_started_at = greatest(known.crawl_started_at, excluded.crawl_started_at),
          changed_at = greatest(known.changed_at, excluded.changed_at)
      RETURNING id, latest, last_outcome),
    made AS (
      INSERT INTO versions (id, document_id, content_hash, page, clean_ms)
      OVERRIDING SYSTEM VALUE
      SELECT latest, id, hash, page, "cleanMs"
      FROM stored JOIN given USING (id)
      WHERE last_outcome = 'accepted'),
    outcomes AS (
      SELECT id, url, hash, latest, code, reason,
        coalesce(last_outcome, CASE WHEN hash IS NULL THEN outcome ELSE 'older' END) AS outcome
      FROM given LEFT JOIN stored USING (id)),
    noted AS (
      INSERT INTO crawl_pages AS known
        (crawl_id, url, document_id, version_id, outcome, via, code, reason, content_hashes)
      SELECT $7, url, id, CASE WHEN outcome <> 'older' THEN latest END, outcome, $12, code, reason,
        CASE WHEN hash IS NULL THEN ARRAY[]::text[] ELSE ARRAY[hash] END
      FROM outcomes, turn
      WHERE $7 IS NOT NULL
      ORDER BY url
      -- A page that came in is not undone by a repetition, nor by an attempt that failed.
      ON CONFLICT (crawl_id, url) DO UPDATE
        SET document_id = excluded.document_id, version_id = excluded.version_id,
          outcome = excluded.outcome, via = excluded.via, code = excluded.code,
          reason = excluded.reason, at = now(),
          content_hashes = known.content_hashes || excluded.content_hashes
        WHERE excluded.outcome = 'accepted' OR known.outcome IN ('failed', 'rejected'))
    SELECT outcomes.id AS "documentId", outcomes.url, outcomes.outcome
    FROM turn LEFT JOIN outcomes ON true`,
};
