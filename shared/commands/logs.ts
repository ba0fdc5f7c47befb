import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const logs = {
  name: 'logs',
  summary: 'show the log of one container, or of all in the order of time',
  arguments: [
    {
      usage: '[name]',
      help: "a container's name, or the beginning of several; without it, all containers",
    },
  ],
  options: [
    { flags: '-f, --follow', help: 'go on until Ctrl-C' },
    {
      flags: '--tail <lines>',
      help: 'newest lines of each container: a number, or all',
      default: '100',
    },
    stackOption,
    jsonOption,
  ],
  examples: [
    './pulse logs',
    './pulse logs webhook-worker-1 -f',
    './pulse logs webhook-api',
    './pulse logs postgres --tail 500',
  ],
} as const satisfies CommandDefinition;
