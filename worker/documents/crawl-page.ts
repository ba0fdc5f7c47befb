import type { Code } from '../../shared/codes.ts';
import { PulseError } from '../errors.ts';
import { roundMs } from '../measure.ts';
import { canonicalizeUrl } from './canonical-url.ts';
import { clean } from './clean.ts';
import { parseDocument } from './document.ts';
import type { Document } from './document.ts';
import { findUrl, isFields, listPlaces } from './record-fields.ts';
import { cutKey, cutText } from './short-text.ts';

/** A page that somebody else fetched, as it came in. It goes from one thread to another. */
export type CrawlPage = GottenPage | LostPage;

export interface GottenPage {
  readonly page: Document;
  readonly cleanMs: number;
  /** When its content changed, where the sender says so; ISO 8601. */
  readonly changedAt?: string | undefined;
}

/** A page of which there is no text. */
export interface LostPage {
  /**
   * Canonical where it is an address; empty where the sender names none. One that no document can
   * have, for its length or form, is cut to 1,000 bytes.
   */
  readonly url: string;
  /** `failed`: the sender did not get it; `rejected`: what it got is no document. */
  readonly outcome: 'failed' | 'rejected';
  readonly code: Code | null;
  readonly reason: string | null;
}

/** Who sent a page, and in which crawl. */
export interface CrawlOrigin {
  readonly source: string;
  readonly crawlId: string | null;
}

/** Of the address of a document, which has no other characters than ASCII. */
const maxUrlLength = 2_048;
const maxOddUrlBytes = 1_000;
const maxReasonLength = 1_000;

/** Reads a crawler's record as a page: checked and cleaned, or rejected with the reason. */
export function readCrawlPage(record: unknown, origin: CrawlOrigin): CrawlPage {
  const startedMs = performance.now();
  try {
    const page = { ...parseDocument(record), ...origin };
    return { page, cleanMs: roundMs(performance.now() - startedMs) };
  } catch (error) {
    if (!(error instanceof PulseError)) throw error;
    return losePage(record, 'rejected', error.code, error.message);
  }
}

/** Describes a page of which the sender has nothing but its address. */
export function losePage(
  record: unknown,
  outcome: LostPage['outcome'],
  code: Code | null,
  reason: string | null,
): LostPage {
  const url = (isFields(record) && findUrl(listPlaces(record))) || '';
  return {
    url: toKey(url),
    outcome,
    code,
    reason: reason === null ? null : cutText(reason, maxReasonLength),
  };
}

function toKey(url: string): string {
  const canonical = canonicalizeUrl(url);
  if (canonical !== undefined && canonical.length <= maxUrlLength) return canonical;
  return cutKey(canonical ?? clean(url), maxOddUrlBytes);
}
