import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const audit = {
  name: 'audit',
  summary: 'compare Postgres, Qdrant and the keyword index',
  options: [
    {
      flags: '--repair',
      help: 'write to the keyword index again, embed again, remove what belongs to no document',
    },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'they do not agree, or one of them could not be compared',
  examples: ['./pulse audit', './pulse audit --repair', './pulse audit --json'],
} as const satisfies CommandDefinition;
