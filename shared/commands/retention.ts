import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const retention = {
  name: 'retention',
  summary: 'remove old versions of documents, runs, webhooks and crawls, now',
  details: [
    'The stack does so by itself once a day, as its settings keepVersions, keepRuns,',
    'keepDeliveries and keepCrawlPages say: ./pulse status shows when it last did. The latest',
    'version of a document always stays, and so does what a running crawl needs. Without --yes it',
    'only says how many would be removed. Name at least one limit.',
  ].join(' '),
  options: [
    {
      flags: '--versions <n>',
      help: 'keep this many of the newest versions of each document',
      kind: 'wholeNumber',
    },
    {
      flags: '--versions-for <days>',
      help: 'keep versions of the last days, such as 90d',
      kind: 'days',
    },
    {
      flags: '--runs-for <days>',
      help: 'keep runs (timings and failures) of the last days, such as 30d',
      kind: 'days',
    },
    {
      flags: '--deliveries-for <days>',
      help: 'keep what is known of the webhooks of the last days',
      kind: 'days',
    },
    {
      flags: '--crawl-pages-for <days>',
      help: 'keep what became of the pages of crawls of the last days',
      kind: 'days',
    },
    {
      flags: '--crawls-for <days>',
      help: 'keep crawls of the last days, and those whose pages are kept',
      kind: 'days',
    },
    { flags: '--yes', help: 'remove them' },
    stackOption,
    jsonOption,
  ],
  examples: [
    './pulse retention --versions 3 --runs-for 30d',
    './pulse retention --versions 3 --runs-for 30d --yes',
    './pulse retention --deliveries-for 30d --crawl-pages-for 90d',
  ],
} as const satisfies CommandDefinition;
