import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const postgres = {
  ...describeUnanswered({
    code: 'POSTGRES',
    name: 'Postgres',
    setting: 'WEBHOOK_DATABASE_URL',
    look: './pulse status, ./pulse logs postgres',
  }),
  POSTGRES_TIMEOUT: {
    meaning: 'Postgres took the connection and did not answer in time.',
    tried: 'log in, write and read one row',
    check:
      'a full disk, a lock held for long, or a host short of memory (./pulse logs postgres; ' +
      'SELECT * FROM pg_stat_activity)',
  },
  POSTGRES_AUTH: {
    meaning: 'Postgres refuses the user or the password.',
    tried: 'log in as the user in WEBHOOK_DATABASE_URL',
    check:
      "run ./pulse up: Postgres's start sets the role's password from the stack's secret; " +
      'then look whether the workers carry the same secret',
  },
  POSTGRES_ANSWER: {
    meaning: 'Postgres answers with an error, or what answers is not Postgres.',
    tried: 'log in, write and read one row',
    check:
      'the text of the problem: a database that does not exist, a server still starting, a ' +
      'port that belongs to something else',
  },
  POSTGRES_VERSION: {
    meaning: 'The Postgres server is older than Pulse supports.',
    tried: 'read server_version_num',
    check: "the address belongs to this stack's Postgres, and its image is version 15 or newer",
  },
  POSTGRES_WRITE: {
    meaning: 'Login works, but a row cannot be written, or does not read back as written.',
    tried: 'create a temporary table, insert a row, read it',
    check:
      'a server in read-only mode or recovery, a full disk, missing rights of the user ' +
      '(./pulse logs postgres)',
  },
  POSTGRES_SCHEMA: {
    meaning:
      'The database was brought up to date by a newer Pulse; this worker does not know its schema.',
    tried: "compare the migrations in the database with those of the worker's image",
    check:
      'deploy the newer version again, or restore a backup from before it; a migration cannot ' +
      'be undone',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
