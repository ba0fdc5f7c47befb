import type { Explanation } from './explanation.ts';

export const backup = {
  BACKUP_POSTGRES: {
    meaning: 'Postgres ended, or refused, while it was dumped or restored. There is no backup.',
    tried: "pg_dump and a count of every table in one snapshot, on the stack's Postgres",
    check: './pulse status and ./pulse logs postgres; then make the backup again',
  },
  BACKUP_DISK: {
    meaning: 'The disk that the backup is written to is full. There is no backup.',
    tried: 'write the dump, its manifest, or the restored database',
    check:
      'free space where the backup goes (df -h), or name another folder; a dump takes about a ' +
      'quarter of the database',
  },
  BACKUP_TARGET: {
    meaning: 'Where the backup is to go, or to come from, is away or cannot be written to.',
    tried: 'open the folder, or the repository of restic',
    check:
      "the folder exists and is this user's; a disk is mounted; the server of the repository " +
      'answers, and its keys are in the environment or in ~/.ssh',
  },
  BACKUP_PASSWORD: {
    meaning: 'The repository has another password, or none is known.',
    tried: 'open the repository with RESTIC_PASSWORD, or with pulse:backupPassword',
    check:
      'the password that was shown when the repository was made: pulumi config set --secret ' +
      'pulse:backupPassword, or export RESTIC_PASSWORD_FILE',
  },
  BACKUP_DAMAGED: {
    meaning: 'What is in the backup is not what its manifest says.',
    tried:
      'compare the size and SHA-256 of every file, and the rows of every table of the dump, with ' +
      'the manifest',
    check: 'the disk that it lies on; restore another backup (./pulse backup list)',
  },
  BACKUP_INCOMPLETE: {
    meaning: 'There is no complete backup: its manifest, which is written last, is missing.',
    tried: 'read manifest.json',
    check: 'that it is the right folder (./pulse backup list); what has no manifest can be removed',
  },
  BACKUP_RUNNING: {
    meaning: 'Another backup or restore of this stack is at work.',
    tried: 'start a container that only one backup of a stack can have',
    check: 'wait for it (docker ps); one that was left is removed by docker rm -f with its name',
  },
  BACKUP_ENGINE: {
    meaning: 'The Docker engine does not see the folder, because it is on another host.',
    tried: 'mount the folder into a container',
    check: 'run the command on the host of the engine, or name a repository of restic as target',
  },
  BACKUP_TABLES: {
    meaning:
      'The database lacks a table that every stack has. What is there was not called a backup.',
    tried: 'find documents, versions, chunks and operator in the snapshot of the dump',
    check: 'restore the last good backup (./pulse backup list); ./pulse logs postgres',
  },
  BACKUP_NOT_EMPTY: {
    meaning: 'The stack has documents. A restore goes into an empty stack only.',
    tried: 'look for documents, crawls and deliveries in its database',
    check:
      'restore into a new stack (--stack), or remove the data of this one first: ' +
      './pulse down --data, which cannot be undone',
  },
  BACKUP_NEWER: {
    meaning: 'The backup was made by a newer Pulse, whose schema this one does not know.',
    tried: 'find the last migration of the backup among those of this clone',
    check: 'check out the version that made it, or a newer one; the manifest names the schema',
  },
  BACKUP_RESTORE: {
    meaning: 'The dump could not be restored, or what was restored is not what the manifest says.',
    tried: 'pg_restore into a database of its own, then count every table and add up its hashes',
    check:
      "the reason in the line; the stack's own database was not touched, and the restore can be " +
      'run again',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
