import { Socket } from 'node:net';

import pg from 'pg';

import { hidePassword } from '../shared/redaction.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface PostgresTarget {
  readonly url: string;
}

export interface PostgresFound {
  /** `server_version_num`: 150018 is 15.18. */
  readonly versionNumber: number;
  readonly wrote: string;
  readonly read: string | undefined;
  /** Postgres's message when it refused the write. */
  readonly refusal: string | undefined;
  /** SQLSTATE of the refusal. */
  readonly refusalState?: string | undefined;
}

/** A standby, or a primary that was demoted or fenced. */
const readOnlyState = '25006';

/**
 * The oldest major version that Pulse is tried on. A data volume made by one major version does not
 * open in another.
 */
const oldestMajor = 15;

export const postgres: Probe<PostgresTarget, PostgresFound> = {
  service: 'postgres',
  question: 'can a worker log in, write a row and read it back?',
  // A healthy answer takes milliseconds; a checkpoint on a slow disk may delay a commit by seconds.
  timeLimitMs: 10_000,
  trouble: serviceTroubleCodes('POSTGRES'),
  address: ({ url }) => hidePassword(url),

  async ask({ url }, signal) {
    const socket = new Socket({ signal }).once('data', requirePostgres);
    const client = new pg.Client({ connectionString: url, stream: () => socket });
    // A connection that breaks while no query waits emits only this event. The next query fails and
    // says why.
    client.on('error', () => socket.destroy());
    try {
      await client.connect();
      const version = await client.query<{ number: string }>(
        `select current_setting('server_version_num') as number`,
      );
      const row = await writeAndRead(client);
      await client.end();
      return { versionNumber: Number(version.rows[0]?.number), ...row };
    } finally {
      socket.destroy();
    }
  },

  judge({ versionNumber, wrote, read, refusal, refusalState }) {
    const major = Math.floor(versionNumber / 10_000);
    if (!(major >= oldestMajor))
      return fail(
        'POSTGRES_VERSION',
        `the server is version ${major}; ${oldestMajor} or newer is needed`,
      );
    if (refusal !== undefined)
      return fail(
        refusalState === readOnlyState ? 'POSTGRES_READ_ONLY' : 'POSTGRES_WRITE',
        refusal,
      );
    if (read !== wrote) return fail('POSTGRES_WRITE', `wrote ${wrote}, read ${read ?? 'nothing'}`);
    return pass(`Postgres ${major}.${versionNumber % 10_000}: login, write and read`);
  },
};

/**
 * Ends the connection to a server that is not Postgres; pg would wait for the rest of a message
 * that never comes. Postgres begins with one of these letters, or with a single byte about TLS.
 */
function requirePostgres(this: Socket, first: Buffer): void {
  const greeting = first.toString('latin1');
  if (greeting.length <= 1 || /^[RENv]/.test(greeting)) return;
  const shown = JSON.stringify(greeting.slice(0, 60));
  this.destroy(new Error(`what answers is not Postgres: ${shown}`));
}

/**
 * Writes a row and reads it. The commit makes it a real write, because the creation of the table is
 * logged to disk; `on commit drop` leaves nothing.
 */
async function writeAndRead(client: pg.Client): Promise<Omit<PostgresFound, 'versionNumber'>> {
  const wrote = crypto.randomUUID();
  try {
    await client.query('begin');
    await client.query('create temporary table pulse_probe (word text) on commit drop');
    await client.query('insert into pulse_probe values ($1)', [wrote]);
    const { rows } = await client.query<{ word: string }>('select word from pulse_probe');
    await client.query('commit');
    return { wrote, read: rows[0]?.word, refusal: undefined };
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { wrote, read: undefined, refusal: error.message, refusalState: error.code };
  }
}
