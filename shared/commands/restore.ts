import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const restore = {
  name: 'restore',
  summary: 'restore a backup into a stack that has no documents',
  details: [
    'A stack that is not up is brought up first. The database is compared with the manifest before',
    'it is used; then the keyword index is written again, missing vectors are queued, the stores are',
    'compared, and a document goes through the pipeline. Settings and state of the backup are not',
    'applied: docs/backup.md says when to copy them.',
  ].join(' '),
  options: [
    {
      flags: '--from <backup>',
      help: 'a backup, or the folder that has it: then the newest one',
    },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'it was refused or failed, or the stores do not agree afterwards',
  examples: [
    './pulse restore --from /mnt/backup --stack new',
    './pulse restore --from /mnt/backup/prod-20261127T031400Z --stack prod',
  ],
} as const satisfies CommandDefinition;
