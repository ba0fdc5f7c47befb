import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const uninstall = {
  name: 'uninstall',
  summary: 'remove a stack with all its data and what ./pulse down --data leaves of it',
  details: [
    'It lists everything first and asks twice. Containers, volumes, the network, the images that',
    'were built and the state in the backend go. What others may use goes only where it is named:',
    'folders of the host, collections of an external Qdrant, base images, what Pulse downloaded.',
    'The clone and Pulumi.<stack>.yaml stay.',
  ].join(' '),
  options: [
    {
      flags: '--folders',
      help: 'also the folders below pulse:appdataBase, with all that is in them',
    },
    { flags: '--collections', help: "also the stack's collections in an external Qdrant" },
    {
      flags: '--images',
      help: 'also the images of the stores and services, where no container uses them',
    },
    {
      flags: '--cache',
      help: 'also what Pulse downloaded and compiled for all clones of this user',
    },
    { flags: '--confirm <stack>', help: 'do not ask: the name of the stack once more' },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'something is left that was to be removed',
  examples: [
    './pulse uninstall --stack staging',
    './pulse uninstall --stack staging --folders --collections --confirm staging',
  ],
  marks: ['run by test/deploy/rollback.test.ts'],
} as const satisfies CommandDefinition;
