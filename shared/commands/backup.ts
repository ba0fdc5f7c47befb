import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

const where =
  'a folder; restic: and a folder, s3:…, sftp:…, rest:…, b2:…, azure:…, gs:… or swift:… ' +
  'for a repository of restic; left out, pulse:backupTarget';
const from = { usage: '[target]', help: `a backup, or what has it, then the newest one: ${where}` };
const snapshot = {
  flags: '--snapshot <id>',
  help: 'which one of a repository, as ./pulse backup list shows it',
};

export const backup = {
  name: 'backup',
  summary: 'back up a stack, list and check backups, try one in a drill',
  options: [stackOption, jsonOption],
  subcommands: {
    create: {
      isDefault: true,
      summary: 'back up a stack; `create` may be left out',
      details: [
        "A dump of the database, made while documents go on coming in; the stack's settings and its",
        'state, with secrets encrypted as they are. It counts as a backup once its manifest is there,',
        'which is written last. Keyword index and vectors are made anew by a restore. The password of a',
        'repository is made and shown once, where there is none yet.',
      ].join(' '),
      arguments: [{ usage: '[target]', help: where }],
      exitCode1: 'there is no new backup',
      examples: [
        './pulse backup /mnt/backup',
        './pulse backup /mnt/backup --stack prod --json',
        './pulse backup s3:https://s3.example.org/pulse-backups --stack prod',
        './pulse backup restic:/mnt/backup/repository --stack prod',
      ],
      marks: [
        '`./pulse backup restic:/mnt/backup/repository` run by test/deploy/backup.test.ts',
        '`./pulse backup s3:https://s3.example.org/pulse-backups` not run: it needs a store elsewhere',
      ],
    },
    list: {
      summary: 'list backups, the oldest first',
      arguments: [{ usage: '[target]', help: where }],
      examples: ['./pulse backup list /mnt/backup'],
    },
    check: {
      summary: 'read all of a backup and compare it with its manifest',
      details: 'Of a repository all that it holds is read too.',
      arguments: [from],
      options: [snapshot],
      exitCode1: 'it is damaged or not complete',
      examples: [
        './pulse backup check /mnt/backup',
        './pulse backup check /mnt/backup/prod-20261127T031400Z --stack prod',
      ],
    },
    drill: {
      summary: 'restore a backup into a throw-away Postgres and search for 20 random documents',
      details:
        'It has no network, so that nothing of the stack can be reached, and is removed at the end. ' +
        'The result is kept: ./pulse status shows it and its age.',
      arguments: [from],
      options: [snapshot],
      exitCode1: 'it could not be restored, or a document was not found',
      examples: ['./pulse backup drill /mnt/backup --stack prod'],
      marks: ['run by test/deploy/backup.test.ts'],
    },
  },
} as const satisfies CommandDefinition;
