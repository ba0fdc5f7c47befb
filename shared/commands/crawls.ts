import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const crawls = {
  name: 'crawls',
  summary: 'look at crawls, find their lost pages, and delete what is gone',
  options: [stackOption, jsonOption],
  subcommands: {
    list: {
      isDefault: true,
      summary: 'list crawls, the newest first',
      options: [
        {
          flags: '--state <state>',
          help: 'only those in this state',
          choices: ['running', 'completed', 'failed', 'cancelled'],
        },
        {
          flags: '--limit <n>',
          help: 'crawls at most',
          kind: 'wholeNumber',
          max: 1_000,
          default: 20,
        },
      ],
      examples: ['./pulse crawls', './pulse crawls --state running --json'],
    },
    show: {
      summary: 'show a crawl, and its pages that failed or were rejected',
      arguments: [{ usage: '<id>', help: 'as its sender calls it' }],
      exitCode1: 'there is no such crawl',
      examples: ['./pulse crawls show 0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69'],
    },
    reconcile: {
      summary: 'ask Firecrawl once more for the pages of a crawl',
      details:
        'It is asked within some seconds, by a replica of the API. It has to be set: ' +
        'pulse:firecrawlUrl.',
      arguments: [{ usage: '<id>', help: 'as its sender calls it' }],
      exitCode1: 'there is no such crawl, or no Firecrawl that could be asked',
      examples: ['./pulse crawls reconcile 0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69'],
    },
    prune: {
      summary: 'delete the documents of the same hosts that a crawl has not seen',
      details: [
        'Only after a crawl that was completed in the last 7 days, of which no page is missing, and',
        'at most 30 % of the documents of a host. A crawl of a part of a site has not seen the rest:',
        'without --confirm it says what would be deleted, and deletes nothing.',
      ].join(' '),
      arguments: [{ usage: '<id>', help: 'as its sender calls it' }],
      options: [
        {
          flags: '--confirm <n>',
          help: 'how many documents that are; with another number none is deleted',
          kind: 'wholeNumber',
          min: 0,
        },
      ],
      exitCode1: 'nothing was deleted because the number is another, or the crawl is unfit',
      examples: [
        './pulse crawls prune 0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69',
        './pulse crawls prune 0194f1c2-5b7e-7aa0-9f5e-2f1d3c4b5a69 --confirm 12',
      ],
    },
  },
} as const satisfies CommandDefinition;
