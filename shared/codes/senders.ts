import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const senders = {
  CRAWL_INCOMPLETE: {
    meaning: 'Pages of a crawl are missing: its sender has counted more than have come in.',
    tried: 'ask Firecrawl for the pages of the crawl until nothing had changed for an hour',
    check:
      './pulse crawls show <id> says how many, and why; the log of Firecrawl; then ' +
      './pulse crawls reconcile <id>, or crawl again: pages that are there stay as they are',
  },
  CRAWL_EXPIRED: {
    meaning: 'Firecrawl does not know the crawl, or has forgotten it: it keeps a crawl for a day.',
    tried: 'ask Firecrawl for the crawl by its id',
    check:
      'whether pulse:firecrawlUrl is the Firecrawl that made the crawl, and its key that of the ' +
      'same account; pages that were lost come with the next crawl',
  },
  ...describeUnanswered({
    code: 'FIRECRAWL',
    name: 'Firecrawl',
    setting: 'pulse:firecrawlUrl',
    look: 'it is asked again for a day, and webhooks come in all the same',
  }),
  FIRECRAWL_TIMEOUT: {
    meaning: 'Firecrawl took the request and did not answer in time.',
    tried: 'ask for a part of a crawl, for a minute',
    check: 'the load of Firecrawl and its stores; it is asked again by itself',
  },
  FIRECRAWL_AUTH: {
    meaning: 'Firecrawl, or a proxy in front of it, asks for another key.',
    tried: 'send pulse:firecrawlApiKey as a bearer token',
    check: 'the key of the account, or of the team, that made the crawl',
  },
  FIRECRAWL_ANSWER: {
    meaning: 'Firecrawl answers with an error, or what answers is not Firecrawl.',
    tried: 'GET /v2/crawl/<id> or /v2/batch/scrape/<id>, then the same of /v1',
    check:
      'the text of the problem; pulse:firecrawlUrl is the address without /v1 or /v2, with the ' +
      'path below which a proxy serves it; 429 and 503 pass by themselves',
  },
  ...describeUnanswered({
    code: 'CHANGEDETECTION',
    name: 'Changedetection.io',
    setting: 'pulse:changedetectionUrl',
    look: 'it is asked again within an hour, and its notifications come in all the same',
  }),
  CHANGEDETECTION_TIMEOUT: {
    meaning: 'Changedetection.io took the request and did not answer in time.',
    tried: 'list its watches, or read a snapshot, for a minute',
    check: 'its load; it is asked again by itself',
  },
  CHANGEDETECTION_AUTH: {
    meaning: 'Changedetection.io asks for another key.',
    tried: 'send pulse:changedetectionApiKey as x-api-key',
    check: 'the key that its page Settings, API shows',
  },
  CHANGEDETECTION_ANSWER: {
    meaning: 'Changedetection.io answers with an error, or what answers is another program.',
    tried: 'GET /api/v1/watch, and /api/v1/watch/<uuid>/history/latest of what has changed',
    check: 'the text of the problem; pulse:changedetectionUrl is its address without /api',
  },
  SCHEDULE_FAILED: {
    meaning: 'Something that the API does by the clock has failed.',
    tried: 'do it in one replica; it is done again after 5 minutes at the latest',
    check: 'the task and the problem in the same line of the log',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
