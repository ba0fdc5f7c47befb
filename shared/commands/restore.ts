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
      help: 'a backup, the folder that has it, or a repository of restic: then the newest one',
    },
    {
      flags: '--snapshot <id>',
      help: 'which one of a repository, as ./pulse backup list shows it',
    },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'it was refused or failed, or the stores do not agree afterwards',
  examples: [
    './pulse restore --from /mnt/backup --stack new',
    './pulse restore --from /mnt/backup/prod-20261127T031400Z --stack prod',
    './pulse restore --from s3:https://s3.example.org/pulse-backups --stack prod',
  ],
  marks: ['run by test/deploy/backup.test.ts'],
} as const satisfies CommandDefinition;
