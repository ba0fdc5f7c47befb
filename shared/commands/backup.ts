import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

const from = { usage: '<from>', help: 'a backup, or the folder that has it: then the newest one' };

export const backup = {
  name: 'backup',
  summary: 'back up a stack, list and check backups',
  options: [stackOption, jsonOption],
  subcommands: {
    create: {
      isDefault: true,
      summary: 'back up a stack into a folder; `create` may be left out',
      details: [
        "A dump of the database, made while documents go on coming in; the stack's settings and its",
        'state, with secrets encrypted as they are. It counts as a backup once its manifest is there,',
        'which is written last. Keyword index and vectors are made anew by a restore.',
      ].join(' '),
      arguments: [{ usage: '<folder>', help: 'where backups are kept; it has to exist' }],
      exitCode1: 'there is no new backup',
      examples: ['./pulse backup /mnt/backup', './pulse backup /mnt/backup --stack prod --json'],
    },
    list: {
      summary: 'list the backups in a folder, the oldest first',
      arguments: [{ usage: '<folder>', help: 'where backups are kept' }],
      examples: ['./pulse backup list /mnt/backup'],
    },
    check: {
      summary: 'read all of a backup and compare it with its manifest',
      arguments: [from],
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
      exitCode1: 'it could not be restored, or a document was not found',
      examples: ['./pulse backup drill /mnt/backup --stack prod'],
    },
  },
} as const satisfies CommandDefinition;
