/**
 * What is entered in each program that sends pages to Pulse. The documentation and `./pulse
 * senders` show these texts; tests compare and send them.
 */

/** The hooks that the API has, as they are called in the database and in `/api/webhook/<name>`. */
export const hookNames = ['firecrawl', 'changedetection'] as const;
export type HookName = (typeof hookNames)[number];

export function hookPath(name: HookName): string {
  return `/api/webhook/${name}`;
}

/**
 * The notification body of changedetection.io, a Jinja template. `tojson` writes the quotes. The
 * time has its offset: without one it is local time of an unknown place.
 */
export const changedetectionBody = `{"watch_uuid": {{ watch_uuid|tojson }},
 "watch_url": {{ watch_url|tojson }},
 "watch_title": {{ watch_title|tojson }},
 "watch_tag": {{ watch_tag|tojson }},
 "change_datetime": {{ change_datetime(format='%Y-%m-%dT%H:%M:%S%z')|tojson }},
 "diff_url": {{ diff_url|tojson }},
 "preview_url": {{ preview_url|tojson }},
 "diff": {{ diff_patch|tojson }},
 "current_snapshot": {{ current_snapshot|tojson }}}`;

/** Any other would escape or colour the body, which is no JSON then. */
export const changedetectionFormat = 'text';

/**
 * The notification URL of changedetection.io: `post` sends the body as it is.
 *
 * @param url of the hook
 */
export function changedetectionUrl(url: string, token: string): string {
  return `${url.replace(/^http(s?):/, 'post$1:')}?+X-Pulse-Token=${token}`;
}

/** The events of Firecrawl that Pulse takes, in the words of its `webhook` object. */
const firecrawlEvents = ['started', 'page', 'completed', 'failed'] as const;

/** What goes into a crawl or batch request to Firecrawl as `webhook`. */
export function firecrawlWebhook(url: string): object {
  return { url, events: firecrawlEvents };
}

/** A page as any program can bring it. */
export const examplePage = {
  url: 'https://docs.example.org/page',
  title: 'Page',
  markdown: 'Its text.',
};
