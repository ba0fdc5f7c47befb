import { losePage, readCrawlPage } from '../documents/crawl-page.ts';
import type { CrawlPage } from '../documents/crawl-page.ts';
import {
  findText,
  findUrl,
  isFields,
  listPlaces,
  readFirst,
  readFlag,
} from '../documents/record-fields.ts';
import type { Fields } from '../documents/record-fields.ts';
import { names } from '../documents/record-names.ts';
import { PulseError } from '../errors.ts';
import type { Crawl, CrawlEnd } from '../records/crawl-pages.ts';
import { hashOf, payloadError } from './delivery.ts';
import type { Delivery } from './delivery.ts';
import { parseJson } from './read-pages.ts';

/** An event of a crawl or a batch. Firecrawl once called them by their second word alone. */
const crawlEvent = /^(?:(crawl|batch[_-]?scrape)\.)?(started|page|completed|failed|cancell?ed)$/i;
const source = 'firecrawl';
/** A name that Firecrawl makes is a UUID. */
const named = /^[\w.:-]{1,200}$/;
/** In 12 MiB there may be millions of what is no page. */
const maxPages = 10_000;
const maxReasonLength = 1_000;

/**
 * Reads what Firecrawl sends, of versions 0 to 2: `{"type", "id" or "jobId", "success", "data",
 * "error", "webhookId"}`. The first of version 0 had no type, and came once with all pages. What is
 * no event of a crawl or a batch is ignored.
 *
 * @param bytes JSON
 * @throws PulseError API_SYNTAX, API_TOO_LARGE, WEBHOOK_PAYLOAD
 */
export function readFirecrawl(bytes: Uint8Array): Delivery {
  const value = parseJson(bytes, 'remove');
  if (!isFields(value)) throw payloadError('the body is no JSON object');
  const type = readFirst(value['type']) ?? guessType(value);
  const event = type.slice(0, 100).replaceAll(/[^\w.-]/g, '?');
  const webhookId = readFirst(value['webhookId']) ?? '';
  const key = named.test(webhookId) ? webhookId : hashOf(bytes);
  const [, kind, step] = crawlEvent.exec(type) ?? [];
  if (step === undefined) return { key, event, outcome: 'ignored', crawl: null, pages: [] };
  const crawl = readCrawl(value, kind, step.toLowerCase());
  return { key, event, outcome: 'stored', crawl, pages: readPages(value, crawl.id, step) };
}

function guessType(value: Fields): string {
  if (Array.isArray(value['data']) && 'success' in value) return 'crawl.completed';
  throw payloadError('type: is missing');
}

function readCrawl(value: Fields, kind: string | undefined, step: string): Crawl {
  const id = readFirst(value['id']) ?? readFirst(value['jobId']);
  if (id === undefined) throw payloadError('id: is missing');
  if (!named.test(id))
    throw payloadError('id: is no name of up to 200 letters, digits and . _ : -');
  const isBatch = kind !== undefined && !/^crawl$/i.test(kind);
  return { id, source, kind: isBatch ? 'batch-scrape' : 'crawl', end: readEnd(value, step) };
}

function readEnd(value: Fields, step: string): CrawlEnd | undefined {
  const reason = readReason(value) ?? null;
  if (step.startsWith('cancel')) return { state: 'cancelled', reason };
  if (step !== 'completed' && step !== 'failed') return undefined;
  const hasFailed = step === 'failed' || readFlag(value['success']) === false;
  return { state: hasFailed ? 'failed' : 'completed', reason };
}

/** @returns what is said to have gone wrong, as text */
function readReason(value: Fields): string | undefined {
  const { error } = value;
  const text = isFields(error) ? writeError(error) : findText(listPlaces(value), names.error);
  return text
    ?.replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, maxReasonLength)
    .toWellFormed();
}

/** V8 reads what is nested 10,000 deep, and does not write it. */
function writeError(error: Fields): string {
  try {
    return JSON.stringify(error);
  } catch {
    return 'the error has more levels than can be shown';
  }
}

/** Events of a crawl's begin and end have pages only in version 0, and other data in later ones. */
function readPages(value: Fields, crawlId: string, step: string): CrawlPage[] {
  const records: unknown[] = [value['data'] ?? []].flat();
  const isOfPage = /^page$/i.test(step);
  const pages = isOfPage ? records : records.filter(hasAddress);
  if (pages.length > maxPages)
    throw new PulseError('API_TOO_LARGE', 'final', `a delivery has at most ${maxPages} pages`);
  const hasFailed = isOfPage && readFlag(value['success']) === false;
  if (isOfPage && pages.length === 0) {
    const reason = readReason(value) ?? 'the delivery holds no page';
    return [losePage({}, hasFailed ? 'failed' : 'rejected', null, reason)];
  }
  const readOne = (record: unknown): CrawlPage => {
    if (!hasFailed) return readCrawlPage(record, { source, crawlId });
    const own = isFields(record) ? readReason(record) : undefined;
    return losePage(record, 'failed', null, own ?? readReason(value) ?? null);
  };
  return pages.map(readOne);
}

function hasAddress(record: unknown): boolean {
  return isFields(record) && findUrl(listPlaces(record)) !== undefined;
}
