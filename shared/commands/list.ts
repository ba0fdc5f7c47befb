import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const list = {
  name: 'list',
  summary: 'list documents, those that came in last first',
  options: [
    {
      flags: '--domain <host>',
      help: 'only documents of this host, or of the folder with this label',
      filter: 'host',
    },
    {
      flags: '--limit <n>',
      help: 'documents at most',
      kind: 'wholeNumber',
      max: 10_000,
      default: 100,
    },
    stackOption,
    jsonOption,
  ],
  examples: ['./pulse list --limit 20', './pulse list --domain handbook --json'],
} as const satisfies CommandDefinition;
