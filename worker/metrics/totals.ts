/**
 * What is counted, by every process of the stack: the counters and histograms of /metrics.
 * docs/monitoring.md lists them; a test compares the two.
 */
import { codes } from '../../shared/codes.ts';
import { hookNames } from '../../shared/senders.ts';
import { combine } from './definition.ts';
import type { Counter, Histogram } from './definition.ts';

/** Upper bounds of what a caller waits for, in seconds. The alarm for slow searches is at 0.1. */
const waitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Of a document's way, from milliseconds to what an outage of the GPU host may last. */
const wayBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

const modes = ['hybrid', 'keyword', 'semantic'];

/** Events of each sender of which something is stored, and those of which nothing is. */
const storedEvents = {
  firecrawl: ['started', 'page', 'completed', 'failed', 'cancelled'],
  changedetection: ['change'],
};
const ignoredEvents = { firecrawl: ['other'], changedetection: ['test'] };
/** Why a delivery is refused, before its event is known. */
const refusals = ['signature', 'sender', 'payload', 'too-large', 'busy', 'away', 'error'];

/** Parts whose errors can end a document. */
const endingCodes = Object.keys(codes).filter((code) =>
  /^(DOCUMENT|INDEXING|KEYWORDS|TEI|QDRANT)_/.test(code),
);

export const httpRequests: Counter<'route' | 'method' | 'status'> = {
  type: 'counter',
  name: 'pulse_http_requests_total',
  help: 'Requests that the API answered, by the pattern of their route.',
  labels: ['route', 'method', 'status'],
  // The routes are known to whoever serves them.
  known: [],
};

export const httpSeconds: Histogram<'route' | 'method'> = {
  type: 'histogram',
  name: 'pulse_http_request_duration_seconds',
  help: 'Time from the headers of a request to the end of its answer.',
  labels: ['route', 'method'],
  known: [],
  buckets: waitBuckets,
};

export const deliveries: Counter<'source' | 'event' | 'outcome'> = {
  type: 'counter',
  name: 'pulse_webhook_deliveries_total',
  help: 'Deliveries of crawlers; the event of one that was refused is unknown.',
  labels: ['source', 'event', 'outcome'],
  known: hookNames.flatMap((source) => [
    ...combine({ source: [source], event: storedEvents[source], outcome: ['stored', 'duplicate'] }),
    ...combine({ source: [source], event: ignoredEvents[source], outcome: ['ignored'] }),
    ...combine({ source: [source], event: ['unknown'], outcome: refusals }),
  ]),
};

export const documentsEnded: Counter<'outcome' | 'code'> = {
  type: 'counter',
  name: 'pulse_documents_ended_total',
  help: 'Documents that were indexed, have failed or were cancelled; failed ones have a code.',
  labels: ['outcome', 'code'],
  known: [
    ...combine({ outcome: ['indexed', 'cancelled'], code: [''] }),
    ...combine({ outcome: ['failed'], code: endingCodes }),
  ],
};

export const searchableSeconds: Histogram<'by'> = {
  type: 'histogram',
  name: 'pulse_time_to_searchable_seconds',
  help: 'Time until a version that came in was first found, by keyword and by meaning.',
  labels: ['by'],
  known: combine({ by: ['keyword', 'meaning'] }),
  buckets: wayBuckets,
};

export const searches: Counter<'mode' | 'outcome'> = {
  type: 'counter',
  name: 'pulse_searches_total',
  help: 'Searches; degraded is a hybrid search that was answered by keyword alone.',
  labels: ['mode', 'outcome'],
  known: combine({ mode: modes, outcome: ['ok', 'degraded', 'error'] }),
};

export const searchSeconds: Histogram<'mode'> = {
  type: 'histogram',
  name: 'pulse_search_duration_seconds',
  help: 'Time that answering a search took, of those that were answered.',
  labels: ['mode'],
  known: combine({ mode: modes }),
  buckets: waitBuckets,
};

export const searchLegSeconds: Histogram<'leg'> = {
  type: 'histogram',
  name: 'pulse_search_leg_duration_seconds',
  help: 'Time that the parts of searches took, which run side by side.',
  labels: ['leg'],
  known: combine({ leg: ['keyword', 'embed', 'vectors', 'rerank'] }),
  buckets: waitBuckets,
};

export const totals: readonly (Counter | Histogram)[] = [
  httpRequests,
  httpSeconds,
  deliveries,
  documentsEnded,
  searchableSeconds,
  searches,
  searchSeconds,
  searchLegSeconds,
];

/** @param event as its sender calls it, such as `crawl.page`, which may be anything */
export function eventLabel(source: keyof typeof storedEvents, event: string): string {
  const step = event.toLowerCase().split('.').at(-1)?.replace('canceled', 'cancelled') ?? '';
  const known = [...storedEvents[source], ...ignoredEvents[source]];
  return known.includes(step) ? step : 'other';
}
