import type { Code } from '../../shared/codes.ts';
import { PulseError } from '../errors.ts';
import { roundMs } from '../measure.ts';
import { canonicalizeUrl } from './canonical-url.ts';
import { clean } from './clean.ts';
import { parseDocument } from './document.ts';
import type { Document } from './document.ts';
import { findUrl, isFields, listPlaces } from './record-fields.ts';

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
  /** Canonical where it is an address; empty where the sender names none. */
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

const maxUrlLength = 2_048;
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
    url: canonicalizeUrl(url) ?? clean(url).slice(0, maxUrlLength),
    outcome,
    code,
    reason: reason === null ? null : clean(reason).slice(0, maxReasonLength),
  };
}
