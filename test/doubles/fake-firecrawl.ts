/**
 * Firecrawl's status API as far as Pulse asks it, with what is known to be odd about it:
 *
 * - `next` names an address at which it cannot be reached
 * - a job that failed has no entry and does not move `next` on, so that `next` can stay where it is
 * - with `limit` a page is left out
 * - `completed` can stay below `total` for ever
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeCrawl {
  status: 'scraping' | 'completed' | 'failed' | 'cancelled';
  /** In the order in which they were done; a failed one has no text. */
  pages: readonly { readonly url: string; readonly text?: string }[];
  /** Counted, and never done. */
  stuck?: number;
  robotsBlocked?: readonly string[];
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export class FakeFirecrawl implements AsyncDisposable {
  readonly crawls = new Map<string, FakeCrawl>();
  /** `GET /v2/crawl/1?skip=3` of every request. */
  readonly seen: string[] = [];
  readonly keys: (string | undefined)[] = [];
  /** Answers in place of it, where it is set. */
  instead: Answer | undefined;
  /** Whether it is one that knows version 1 alone. */
  isOld = false;
  /** Pages of one answer. */
  partSize = 3;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #prefix: string;

  private constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** @param prefix below which it is served, as `/crawler` */
  static async start(prefix = ''): Promise<FakeFirecrawl> {
    const fake = new FakeFirecrawl(prefix);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#prefix}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '/', headers } = request;
    this.seen.push(`${method} ${url}`);
    this.keys.push(headers.authorization);
    if (this.instead !== undefined) return this.instead(request, response);
    const { pathname, searchParams } = new URL(url, this.url);
    const path = pathname.startsWith(this.#prefix) ? pathname.slice(this.#prefix.length) : '';
    const [, version, id, errors] =
      /^\/(v[12])\/(?:crawl|batch\/scrape)\/([^/]+)(\/errors)?$/.exec(path) ?? [];
    if (id === undefined || (this.isOld && version === 'v2')) {
      response.writeHead(404, { 'content-type': 'text/html' });
      return void response.end(`<pre>Cannot GET ${path}</pre>`);
    }
    const crawl = this.crawls.get(decodeURIComponent(id));
    if (crawl === undefined)
      return sendJson(response, 404, { success: false, error: 'Job not found' });
    if (errors !== undefined) return sendJson(response, 200, describeErrors(crawl));
    const answer = describeStatus(crawl, {
      skip: Number(searchParams.get('skip') ?? 0),
      size: this.partSize - (searchParams.has('limit') ? 1 : 0),
    });
    const next = `https://firecrawl.internal${path}?skip=${answer.next}`;
    sendJson(response, 200, { ...answer, next: answer.next === undefined ? undefined : next });
  }
}

function describeStatus(
  { status, pages, stuck = 0 }: FakeCrawl,
  { skip, size }: { skip: number; size: number },
) {
  const data = pages
    .slice(skip, skip + size)
    .filter(({ text }) => text !== undefined)
    .map(({ url, text }) => ({
      markdown: text,
      metadata: { sourceURL: url, url, statusCode: 200, scrapeId: `job of ${url}` },
    }));
  const total = pages.length + stuck;
  const reached = skip + data.length;
  return {
    success: true,
    status,
    total,
    completed: pages.length,
    creditsUsed: pages.length,
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    data,
    next: total > reached && pages.length > 0 ? reached : undefined,
  };
}

function describeErrors({ pages, robotsBlocked = [] }: FakeCrawl) {
  const errors = pages
    .filter(({ text }) => text === undefined)
    .map(({ url }) => ({
      id: `job of ${url}`,
      timestamp: new Date().toISOString(),
      url,
      code: 'SCRAPE_TIMEOUT',
      error: 'The page took too long.',
    }));
  return { errors, robotsBlocked };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
