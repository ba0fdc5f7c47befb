import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const retention = {
  name: 'retention',
  summary: 'remove old versions of documents and old runs',
  details: [
    'The latest version of a document always stays. Without --yes it only says how many would be',
    'removed. Name at least one of the three limits.',
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
    { flags: '--yes', help: 'remove them' },
    stackOption,
    jsonOption,
  ],
  examples: [
    './pulse retention --versions 3 --runs-for 30d',
    './pulse retention --versions 3 --runs-for 30d --yes',
  ],
} as const satisfies CommandDefinition;
