import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const keywords = {
  name: 'keywords',
  summary: 'check the keyword index on its volume, or rebuild it',
  options: [stackOption, jsonOption],
  subcommands: {
    check: {
      summary: 'check whether its file is sound',
      exitCode1: 'it is not sound',
      examples: ['./pulse keywords check'],
    },
    state: {
      summary: 'say how far its file is, after an update with another schema',
      examples: ['./pulse keywords state'],
    },
    rebuild: {
      summary: 'write it again from Postgres while workers go on',
      details:
        'An unusable file is kept under another name. Interrupted, it goes on where it was. Where ' +
        'another one runs, as of a worker that found no index, it waits for it.',
      exitCode1: 'the new file is not sound',
      examples: ['./pulse keywords rebuild'],
    },
  },
} as const satisfies CommandDefinition;
