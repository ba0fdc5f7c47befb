-- Every page that the old deployment kept, a line of JSON each, the oldest first: of several
-- versions of a page the newest is what is found. HTML goes along where there is no Markdown.
SELECT json_build_object(
    'url', url,
    'markdown', markdown,
    'html', CASE WHEN coalesce(markdown, '') !~ '\S' THEN html END,
    'metadata', metadata,
    'crawlId', left(crawl_session_id, 200)
)
FROM webhook.scraped_content
ORDER BY scraped_at, id;
