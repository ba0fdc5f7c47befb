import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const up = {
  name: 'up',
  summary: 'deploy a stack and verify it; on dev also index the sample and search it',
  details: [
    'Missing tools are installed first. Where nothing differs, nothing is changed. Before an update',
    'that migrates the schema of the database, or has another Postgres, a backup is made by itself.',
  ].join(' '),
  options: [
    { flags: '--yes', help: 'install a missing Docker engine without asking' },
    {
      flags: '--without-backup',
      help: 'make no backup before an update that cannot be undone',
    },
    stackOption,
    jsonOption,
  ],
  examples: ['./pulse up', './pulse up --stack prod', './pulse up --yes --json'],
  marks: ['`./pulse up --yes --json` run by test/deploy/rollback.test.ts'],
} as const satisfies CommandDefinition;
