/** Crawlers that deliver pages, and are asked for those whose delivery was lost. */
import { url } from '../kinds/addresses.ts';
import { issuedSecret } from '../kinds/secret.ts';
import { setting } from '../setting.ts';

export const senders = {
  firecrawlUrl: setting({
    key: 'firecrawlUrl',
    kind: url,
    description:
      'address of Firecrawl, as the containers reach it; it is asked for the pages of a crawl whose ' +
      'webhooks were lost; absent, it is not asked',
    example: 'http://firecrawl:3002',
    env: 'WEBHOOK_FIRECRAWL_API_URL',
  }),
  firecrawlApiKey: setting({
    key: 'firecrawlApiKey',
    kind: issuedSecret,
    description: 'key of that Firecrawl; one of your own asks for none as a rule',
    env: 'WEBHOOK_FIRECRAWL_API_KEY',
  }),
  changedetectionUrl: setting({
    key: 'changedetectionUrl',
    kind: url,
    description:
      'address of changedetection.io, as the containers reach it; it is asked every hour for changes ' +
      'whose notifications were lost; absent, it is not asked',
    example: 'http://changedetection:5000',
    env: 'WEBHOOK_CHANGEDETECTION_API_URL',
  }),
  changedetectionApiKey: setting({
    key: 'changedetectionApiKey',
    kind: issuedSecret,
    description: 'key of its API, as its page Settings, API shows it',
    env: 'WEBHOOK_CHANGEDETECTION_API_KEY',
  }),
};
