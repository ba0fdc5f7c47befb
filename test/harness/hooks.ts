import { createHmac, randomUUID } from 'node:crypto';

import { keys } from './api-process.ts';
import type { Answered, ApiProcess } from './api-process.ts';

/** Bodies as Firecrawl 2 and changedetection.io with the body of docs/api.md send them. */
export type Body = Readonly<Record<string, unknown>>;

/** @returns the headers of a signed body */
export function signed(body: string | Uint8Array, key = keys.hooks): Record<string, string> {
  const signature = createHmac('sha256', key).update(body).digest('hex');
  return { 'x-firecrawl-signature': `sha256=${signature}` };
}

/** @param pages records as Firecrawl has them: see `record` */
export function crawlPage(crawlId: string, ...pages: readonly object[]): Body {
  return { success: true, type: 'crawl.page', id: crawlId, webhookId: randomUUID(), data: pages };
}

export function crawlEvent(crawlId: string, type: string, more: Body = {}): Body {
  return { success: true, type, id: crawlId, webhookId: randomUUID(), data: [], ...more };
}

/** A page as Firecrawl has it. */
export function record(url: string, markdown: string): object {
  const metadata = { title: markdown.slice(0, 40), url, sourceURL: url, statusCode: 200 };
  return { markdown, metadata: { ...metadata, scrapeId: randomUUID(), proxyUsed: 'basic' } };
}

export function change(url: string, snapshot: string, at = '2026-11-26 10:00:00 UTC'): Body {
  return {
    watch_uuid: '0192f0a0-5e0e-7c1c-9a0a-6f6f6f6f6f6f',
    watch_url: url,
    watch_title: 'A watched page',
    watch_tag: null,
    change_datetime: at,
    diff: '(added) something',
    current_snapshot: snapshot,
  };
}

/** Sends a body signed as Firecrawl does, without any other key. */
export function deliver(
  api: ApiProcess,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Promise<Answered> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = isRaw ? body : JSON.stringify(body);
  const all = headers ?? signed(bytes);
  return api.ask('/api/webhook/firecrawl', { key: null, body: bytes, headers: all });
}

/** Sends a body with the token that changedetection.io is given. */
export function notify(
  api: ApiProcess,
  body: unknown,
  headers: Readonly<Record<string, string>> = { 'x-pulse-token': keys.hooks },
): Promise<Answered> {
  return api.ask('/api/webhook/changedetection', { key: null, body, headers });
}
