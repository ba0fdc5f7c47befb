/**
 * What has expired, kind by kind. Each statement selects the rows' places in their table; where a
 * parameter is null, that limit is not set.
 */

const isOlderThan = (column: string, parameter: string): string =>
  `${column} < now() - make_interval(secs => ${parameter}::float8)`;

/**
 * Never a document's latest version, nor one whose chunks are in use: those stay until the first
 * stage of the newer one is done.
 */
const isExpiredVersion = `
  v.id <> d.latest
  AND NOT EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)
  AND ($1::int IS NULL OR v.place > $1)
  AND ($2::float8 IS NULL OR ${isOlderThan('v.created_at', '$2')})`;

/** Parameters: how many of the newest to keep, seconds. One of them at least is a number. */
const versions = `
  SELECT v.ctid
  FROM (
    SELECT ctid, id, document_id, created_at,
      row_number() OVER (PARTITION BY document_id ORDER BY id DESC) AS place
    FROM versions) v
  JOIN documents d ON d.id = v.document_id
  WHERE ${isExpiredVersion}`;

/**
 * The same, and deletes them, for some documents in the order of their ids: each batch costs the
 * same, however many versions there are. More parameters: the document to begin after, how many
 * documents, how many versions. Returns `last`, the last of the documents, or null when there was
 * none.
 */
export const deleteVersions = `
  WITH d AS (SELECT id, latest FROM documents WHERE id > $3 ORDER BY id LIMIT $4),
  gone AS (
    DELETE FROM versions
    WHERE id IN (
      SELECT v.id
      FROM d
      CROSS JOIN LATERAL (
        SELECT id, created_at, row_number() OVER (ORDER BY id DESC) AS place
        FROM versions
        WHERE document_id = d.id) v
      WHERE ${isExpiredVersion}
      LIMIT $5)
    RETURNING 1)
  SELECT (SELECT count(*)::int FROM gone) AS rows,
    (SELECT id FROM d ORDER BY id DESC LIMIT 1) AS last`;

/** Parameter: seconds. */
const runs = `SELECT ctid FROM runs WHERE ${isOlderThan('finished_at', '$1')}`;

/**
 * Parameter: seconds. The last delivery of each sender says since when it has been silent; what
 * Pulse asked for itself does not.
 */
const deliveries = `
  SELECT ctid
  FROM deliveries one
  WHERE ${isOlderThan('received_at', '$1')}
    AND (event = 'poll' OR received_at < (
      SELECT max(received_at) FROM deliveries WHERE source = one.source AND event <> 'poll'))`;

/**
 * Parameter: seconds. A crawl runs as long as its sender says so and has delivered within that
 * time; its pages stay. That a page of an older crawl replaces none of a newer one does not hang on
 * these rows: when the newest crawl that saw a page began stands on the document.
 */
const crawlPages = `
  SELECT p.ctid
  FROM crawl_pages p
  JOIN crawls c ON c.id = p.crawl_id
  WHERE ${isOlderThan('p.at', '$1')}
    AND (c.state <> 'running' OR ${isOlderThan('c.last_delivery_at', '$1')})`;

/** Parameter: seconds. Crawls none of whose pages is kept; one that runs has been silent as long. */
const crawls = `
  SELECT ctid
  FROM crawls
  WHERE ${isOlderThan('last_delivery_at', '$1')}
    AND NOT EXISTS (SELECT FROM crawl_pages WHERE crawl_id = crawls.id)`;

/** By kind. */
export const expired = { versions, runs, deliveries, crawlPages, crawls };
