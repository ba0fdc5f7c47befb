import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const verify = {
  name: 'verify',
  summary:
    'check every connection from inside the stack, and take a document through the front door',
  options: [
    stackOption,
    jsonOption,
    {
      flags: '--report',
      help: 'print JSON, and end with exit code 0 whatever is found',
      only: 'image',
    },
    {
      flags: '--replicas <n>',
      help: 'how many workers have to be alive; the API then expects as many',
      kind: 'wholeNumber',
      min: 0,
      only: 'image',
    },
    { flags: '--no-canary', help: 'check the connections only', only: 'image' },
  ],
  exitCode1: 'a check found a fault',
  examples: ['./pulse verify', './pulse verify --stack prod --json'],
} as const satisfies CommandDefinition;
