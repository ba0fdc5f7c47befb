import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const down = {
  name: 'down',
  summary: 'remove a stack with pulumi destroy; its data volumes stay unless --data is given',
  details: [
    'Folders of the host and a network that the stack did not make always stay. Where',
    'pulse:protectData protects the volumes, --data needs --confirm with the name of the stack.',
  ].join(' '),
  options: [
    { flags: '--data', help: 'remove the data volumes as well: there is no way back' },
    { flags: '--yes', help: 'do not ask' },
    {
      flags: '--confirm <stack>',
      help: 'with --data, where the volumes are protected: the name of the stack once more',
    },
    stackOption,
    jsonOption,
  ],
  examples: [
    './pulse down',
    './pulse down --stack staging --yes',
    './pulse down --data',
    './pulse down --stack prod --data --confirm prod',
  ],
  marks: [
    '`./pulse down --stack prod --data` run by test/deploy/moving-in.test.ts',
    '`./pulse down --data` run by test/deploy/monitoring.test.ts',
    'run by test/deploy/stack.test.ts',
  ],
} as const satisfies CommandDefinition;
