-- The table in which the deployment that Pulse replaces kept pages, with rows of every kind.
CREATE SCHEMA webhook;
CREATE TABLE webhook.crawl_sessions (job_id varchar(255) PRIMARY KEY);
CREATE TABLE webhook.scraped_content (
    id bigserial PRIMARY KEY,
    crawl_session_id varchar(255) NOT NULL REFERENCES webhook.crawl_sessions (job_id),
    url text NOT NULL,
    source_url text,
    content_source varchar(50) NOT NULL DEFAULT 'firecrawl_crawl',
    markdown text,
    html text,
    links jsonb,
    screenshot text,
    metadata jsonb NOT NULL DEFAULT '{}',
    content_hash varchar(64) NOT NULL,
    scraped_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_content_per_session_url UNIQUE (crawl_session_id, url, content_hash)
);
INSERT INTO webhook.crawl_sessions VALUES ('first-crawl'), ('second-crawl');
-- Many pages, with what JSON and COPY escape; more than psql fetches at a time.
INSERT INTO webhook.scraped_content (crawl_session_id, url, markdown, metadata, content_hash)
SELECT
    'first-crawl',
    'https://old.example/page/' || n,
    E'# Page ' || n || E'\n\nA back\\slash, a "quote", a\ttab, ümlaut, 漢字 and quartz' || n || '.',
    jsonb_build_object('title', 'Page ' || n, 'language', 'en', 'statusCode', 200),
    md5(n::text)
FROM generate_series(1, 120) AS n;
INSERT INTO webhook.scraped_content
    (crawl_session_id, url, markdown, html, metadata, content_hash, scraped_at)
VALUES
-- The newer version was stored first.
('second-crawl', 'https://old.example/twice', 'The newer obsidian.', NULL, '{}', 'a', now()),
('first-crawl', 'https://old.example/twice', 'The older basalt.', NULL, '{}', 'b', now() - interval '1 day'),
-- The same content in a second crawl.
('second-crawl', 'https://old.example/page/1',
    (SELECT markdown FROM webhook.scraped_content WHERE url = 'https://old.example/page/1'), NULL,
    '{"title": "Page 1", "language": "en", "statusCode": 200}', 'c', now() + interval '1 hour'),
('first-crawl', 'https://old.example/html', E' \n', '<h1>Marble</h1><p>Only in HTML.</p>', '{}', 'd', now()),
('first-crawl', '', 'Its address is in its metadata alone: feldspar.', NULL,
    '{"sourceURL": "https://old.example/by-metadata"}', 'e', now()),
-- These three are no pages.
('first-crawl', 'https://old.example/missing', 'Not found', NULL, '{"statusCode": 404}', 'f', now()),
('first-crawl', 'https://old.example/empty', '', NULL, '{}', 'g', now()),
('first-crawl', '', 'No address at all.', NULL, '{}', 'h', now());
