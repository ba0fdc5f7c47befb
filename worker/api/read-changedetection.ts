import { randomUUID } from 'node:crypto';

import { readChangeTime } from '../documents/change-time.ts';
import { readCrawlPage } from '../documents/crawl-page.ts';
import type { CrawlPage } from '../documents/crawl-page.ts';
import { isFields, readFirst } from '../documents/record-fields.ts';
import type { Fields } from '../documents/record-fields.ts';
import { hashOf, payloadError } from './delivery.ts';
import type { Delivery } from './delivery.ts';
import { parseJson } from './read-pages.ts';

/** Two of Apprise's envelopes, in each a text, and that as a text once more. */
const maxWrappings = 6;
const source = 'changedetection';
/** What changedetection.io (0.60) writes where a test has no watch, or its watch no two snapshots. */
const placeholder =
  /^RANDOM-PLACEHOLDER-|^X{8}-X{4}|^https?:\/\/(?:watch-place-holder|random-placeholder-\w*)(?:[/:?#]|$)/i;
const exampleText = /^Example text: example test\s+Example text: change detection/;

/**
 * Reads what changedetection.io sends with the body of docs/api.md, by itself (`post://`) or in
 * Apprise's envelope (`json://`). A test of the notification is ignored.
 *
 * @param bytes JSON
 * @throws PulseError API_SYNTAX, WEBHOOK_PAYLOAD
 */
export function readChangedetection(bytes: Uint8Array): Delivery {
  const value = unwrap(parseJson(bytes, 'remove'));
  const watch = readFirst(value['watch_uuid']) ?? readFirst(value['uuid']) ?? '';
  const url = readFirst(value['watch_url']) ?? '';
  const snapshot = value['current_snapshot'];
  const bodyKey = hashOf(bytes);
  if (isTest(watch, url, snapshot))
    return { key: bodyKey, event: 'test', outcome: 'ignored', crawl: null, pages: [] };
  if (url === '') throw payloadError('watch_url: is missing');
  if (typeof snapshot !== 'string') throw payloadError('current_snapshot: is missing');

  const written = readFirst(value['change_datetime']) ?? '';
  const changedAt = readChangeTime(written);
  const page = readPage(value, url, snapshot);
  const time = changedAt?.toISOString() ?? written;
  const content = 'page' in page ? page.page.contentHash : bodyKey;
  return {
    // Without a time a page that changes back would be taken for the one that it was before.
    key: time === '' ? randomUUID() : hashOf(watch === '' ? url : watch, time, content),
    event: 'change',
    outcome: 'stored',
    crawl: null,
    pages: ['page' in page ? { ...page, changedAt: notInFuture(changedAt) } : page],
    remark:
      written === '' || changedAt !== undefined
        ? undefined
        : 'change_datetime names no instant: write it with its offset, as docs/api.md shows',
  };
}

function readPage(value: Fields, url: string, snapshot: string): CrawlPage {
  const title = readFirst(value['watch_title']);
  return readCrawlPage({ url, title, text: snapshot }, { source, crawlId: null });
}

/** A clock that is ahead would let this change win over all that come before its time. */
function notInFuture(changedAt: Date | undefined): string | undefined {
  if (changedAt === undefined) return undefined;
  return new Date(Math.min(changedAt.getTime(), Date.now())).toISOString();
}

function isTest(watch: string, url: string, snapshot: unknown): boolean {
  if ([watch, url].some((text) => placeholder.test(text))) return true;
  return typeof snapshot === 'string' && exampleText.test(snapshot);
}

/** @returns the object with the watch, out of Apprise's envelope and of texts that are JSON */
function unwrap(body: unknown): Fields {
  let value = body;
  for (let wrapping = 0; wrapping <= maxWrappings; wrapping += 1) {
    if (typeof value === 'string') value = parseText(value);
    else if (!isFields(value)) break;
    else if (!('message' in value) || 'watch_url' in value) return value;
    else value = value['message'];
  }
  throw payloadError('the notification is not the body that docs/api.md shows');
}

function parseText(text: string): unknown {
  try {
    return parseJson(Buffer.from(text.toWellFormed()), 'remove');
  } catch {
    throw payloadError('message: is no JSON; the notification has another body than docs/api.md');
  }
}
