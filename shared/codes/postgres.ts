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
    check: 'a full disk, missing rights of the user (./pulse logs postgres)',
  },
  POSTGRES_READ_ONLY: {
    meaning:
      'The server takes no writes: it is a standby, or a primary that was demoted or fenced. ' +
      'Documents wait, and go on by themselves when the address leads to a primary.',
    tried: 'write, or ask a new connection for transaction_read_only',
    check:
      'during a failover nothing; else that the address in WEBHOOK_DATABASE_URL leads to the ' +
      'primary (SELECT pg_is_in_recovery()), and that default_transaction_read_only is off: ' +
      'hosted databases switch it on when their disk is full',
  },
  POSTGRES_POOLER: {
    meaning:
      'A pooler between Pulse and Postgres (PgBouncer, PgCat, Supavisor, Odyssey) gives each ' +
      'transaction another session. Prepared statements and locks belong to a session and are ' +
      'lost. Documents wait, and go on by themselves when that is changed.',
    tried:
      'use a prepared statement, once more on a new connection; at start: see whether a ' +
      'connection keeps its session',
    check:
      'let WEBHOOK_DATABASE_URL lead to Postgres itself, or to a pool in session mode: PgBouncer ' +
      'and PgCat pool_mode = session, Supavisor port 5432 in place of 6543; a pool needs as ' +
      'many connections as all processes of Pulse open',
  },
  POSTGRES_SCHEMA: {
    meaning:
      'The database was brought up to date by a newer Pulse, which does not say that this worker ' +
      'may go on with its schema.',
    tried: "compare the migrations in the database with those of the worker's image",
    check:
      'deploy the newer version again, or restore a backup from before it; a migration cannot ' +
      'be undone',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
