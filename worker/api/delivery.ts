import { createHash } from 'node:crypto';

import type { CrawlPage } from '../documents/crawl-page.ts';
import { PulseError } from '../errors.ts';
import type { Crawl } from '../records/crawl-pages.ts';

/** Whose deliveries are taken. */
export type Sender = 'firecrawl' | 'changedetection';

/** What a sender delivered, as it was read. It goes from one thread to another. */
export interface Delivery {
  /** By which it is known when it comes again. */
  readonly key: string;
  /** As its sender calls it. */
  readonly event: string;
  /** `ignored`: a test, or an event of which nothing is stored. */
  readonly outcome: 'stored' | 'ignored';
  readonly crawl: Crawl | null;
  readonly pages: readonly CrawlPage[];
  /** What its sender should be told by whoever reads the log. */
  readonly remark?: string | undefined;
}

export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** A delivery that is well-formed, and not what its sender sends. */
export function payloadError(problem: string): PulseError {
  return new PulseError('WEBHOOK_PAYLOAD', 'final', problem);
}
