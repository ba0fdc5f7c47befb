/** How much is kept of what no search needs; the API removes the rest once a day. */
import { days, integer } from '../kinds/numbers.ts';
import { setting } from '../setting.ts';

export const retention = {
  keepVersions: setting({
    key: 'keepVersions',
    kind: integer(1, 1_000_000),
    default: '5',
    description: 'versions of each page that are kept, the newest; the latest always stays',
    example: '20',
    env: 'WEBHOOK_KEEP_VERSIONS',
  }),
  keepRunDays: setting({
    key: 'keepRuns',
    kind: days,
    default: '30d',
    description: 'how long the timings and failures of each stage of a document are kept',
    env: 'WEBHOOK_KEEP_RUNS',
  }),
  keepDeliveryDays: setting({
    key: 'keepDeliveries',
    kind: days,
    default: '30d',
    description:
      'how long it is known which webhooks have come, so that the same one counts once; ' +
      'the last of each sender always stays',
    env: 'WEBHOOK_KEEP_DELIVERIES',
  }),
  keepCrawlPageDays: setting({
    key: 'keepCrawlPages',
    kind: days,
    default: '90d',
    description: 'how long it is known what became of each page of a crawl that has ended',
    example: '180d',
    env: 'WEBHOOK_KEEP_CRAWL_PAGES',
  }),
};
