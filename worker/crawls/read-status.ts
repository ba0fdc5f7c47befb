import parseSecurely from 'secure-json-parse';

import { losePage, readCrawlPage } from '../documents/crawl-page.ts';
import type { CrawlPage, LostPage } from '../documents/crawl-page.ts';
import { isFields, readFirst } from '../documents/record-fields.ts';
import type { Fields } from '../documents/record-fields.ts';
import { cutLine } from '../documents/short-text.ts';

/** One part of what Firecrawl has of a crawl. It goes from one thread to another. */
export interface CrawlStatus {
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly total: number;
  readonly completed: number;
  /** Where the next part begins, as the answer says; undefined for the last. */
  readonly next: number | undefined;
  /** Of a crawl that failed. */
  readonly reason: string | null;
  /** Without a key where nothing names the page. */
  readonly pages: readonly { readonly key: string | undefined; readonly page: CrawlPage }[];
}

/** What Firecrawl did not get, each under the key that its page would have had. */
export type CrawlErrors = readonly { readonly key: string; readonly page: LostPage }[];

const states: Readonly<Record<string, CrawlStatus['state']>> = {
  scraping: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};
const maxCount = 2 ** 31 - 1;
const maxErrors = 100_000;
const maxReasonLength = 1_000;

/**
 * Reads an answer of `/crawl/{id}` or `/batch/scrape/{id}`, of version 1 or 2.
 *
 * @throws Error with what is wrong with it
 */
export function readCrawlStatus(bytes: Uint8Array): CrawlStatus {
  const answer = readAnswer(bytes);
  const state = states[readFirst(answer['status']) ?? ''];
  if (state === undefined) throw new Error('status: is none of a crawl');
  const reason = readFirst(answer['error']);
  const records: unknown[] = Array.isArray(answer['data']) ? answer['data'] : [];
  return {
    state,
    total: readCount(answer, 'total'),
    completed: readCount(answer, 'completed'),
    next: readNext(answer['next']),
    reason: reason === undefined ? null : cutLine(reason, maxReasonLength),
    pages: records.filter(isFields).map((record) => ({
      key: readKey(record),
      page: readCrawlPage(record, { source: 'firecrawl', crawlId: null }),
    })),
  };
}

/**
 * Reads an answer of `/errors` below the same addresses.
 *
 * @throws Error with what is wrong with it
 */
export function readCrawlErrors(bytes: Uint8Array): CrawlErrors {
  const { errors, robotsBlocked } = readAnswer(bytes);
  const failed = (Array.isArray(errors) ? errors : []).filter(isFields).map((error) => ({
    key: readFirst(error['id']) ?? urlKey(readFirst(error['url']) ?? ''),
    page: losePage(error, 'failed', null, describe(error)),
  }));
  const blocked = (Array.isArray(robotsBlocked) ? robotsBlocked : []).map((value) => {
    const url = readFirst(value) ?? '';
    return { key: urlKey(url), page: losePage({ url }, 'failed', null, 'robots.txt forbids it') };
  });
  return [...failed, ...blocked].slice(0, maxErrors);
}

/** @returns whether this is how Firecrawl says that there is no such crawl (any more) */
export function saysUnknown(bytes: Uint8Array): boolean {
  try {
    const answer: unknown = parseSecurely.parse(new TextDecoder().decode(bytes));
    const error = isFields(answer) ? (readFirst(answer['error']) ?? '') : '';
    return /\b(?:job|crawl|batch|id)\b.*\b(?:not found|expired)/i.test(error);
  } catch {
    return false;
  }
}

function readAnswer(bytes: Uint8Array): Fields {
  let answer: unknown;
  try {
    answer = parseSecurely.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error('the answer is no JSON');
  }
  if (!isFields(answer)) throw new Error('the answer is no JSON object');
  if (answer['success'] === false)
    throw new Error(`it says: ${(readFirst(answer['error']) ?? 'no reason').slice(0, 300)}`);
  return answer;
}

function readCount(answer: Fields, name: 'total' | 'completed'): number {
  const count = answer[name];
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= maxCount)
    return count;
  throw new Error(`${name}: is no count`);
}

/**
 * Takes the place alone: the rest of the address is what Firecrawl takes itself for, often another
 * scheme, host and path than those by which it is reached.
 */
function readNext(next: unknown): number | undefined {
  const text = readFirst(next);
  if (text === undefined || !URL.canParse(text, 'http://firecrawl')) return undefined;
  const skip = new URL(text, 'http://firecrawl').searchParams.get('skip') ?? '';
  // Without a place it is the first part once more.
  return /^\d{1,9}$/.test(skip) ? Number(skip) : 0;
}

/** @returns the name of the job that got the page, else its address */
function readKey({ metadata }: Fields): string | undefined {
  if (!isFields(metadata)) return undefined;
  const url = readFirst(metadata['sourceURL']) ?? readFirst(metadata['url']);
  return readFirst(metadata['scrapeId']) ?? (url === undefined ? undefined : urlKey(url));
}

const urlKey = (url: string): string => `url:${url}`;

function describe(error: Fields): string {
  const parts = [readFirst(error['code']), readFirst(error['error'])];
  return cutLine(parts.filter((text) => text !== undefined).join(': '), maxReasonLength);
}
