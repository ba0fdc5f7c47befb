import { Socket } from 'node:net';

import pg from 'pg';

import { hidePassword } from '../shared/redaction.ts';
import { fail, pass, type Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface PostgresTarget {
  readonly url: string;
}

export interface PostgresFound {
  /** As `server_version_num` says it: 150018 is 15.18. */
  readonly versionNumber: number;
  readonly wrote: string;
  readonly read: string | undefined;
  /** Why the write was refused, in Postgres's words. */
  readonly refusal: string | undefined;
}

/**
 * A volume made by one major does not open in another (decision 16); 15 is the oldest one Pulse is
 * tried on.
 */
const oldestMajor = 15;

export const postgres: Probe<PostgresTarget, PostgresFound> = {
  service: 'postgres',
  question: 'can a worker log in, write a row and read it back?',
  // a checkpoint on a slow disk may hold a commit for some seconds; a healthy answer takes milliseconds
  timeLimitMs: 10_000,
  trouble: serviceTroubleCodes('POSTGRES'),
  address: ({ url }) => hidePassword(url),

  async ask({ url }, signal) {
    const socket = new Socket({ signal }).once('data', refuseStrangers);
    const client = new pg.Client({ connectionString: url, stream: () => socket });
    // a connection that breaks while no query waits is told by event only; the query after it fails and says why
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

  judge({ versionNumber, wrote, read, refusal }) {
    const major = Math.floor(versionNumber / 10_000);
    if (!(major >= oldestMajor))
      return fail(
        'POSTGRES_VERSION',
        `the server is version ${major}; ${oldestMajor} or newer is needed`,
      );
    if (refusal !== undefined) return fail('POSTGRES_WRITE', refusal);
    if (read !== wrote) return fail('POSTGRES_WRITE', `wrote ${wrote}, read ${read ?? 'nothing'}`);
    return pass(`Postgres ${major}.${versionNumber % 10_000}: login, write and read`);
  },
};

/**
 * pg would wait for the rest of a message that never comes. A server's first word is one of these,
 * or one lone byte about TLS.
 */
function refuseStrangers(this: Socket, first: Buffer): void {
  const word = first.toString('latin1');
  if (word.length > 1 && !/^[RENv]/.test(word))
    this.destroy(new Error(`what answers is not Postgres: ${JSON.stringify(word.slice(0, 60))}`));
}

/**
 * The commit makes it a real write (the table's making is logged to disk), `on commit drop` leaves
 * nothing.
 */
async function writeAndRead(
  client: pg.Client,
): Promise<Pick<PostgresFound, 'wrote' | 'read' | 'refusal'>> {
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
    return { wrote, read: undefined, refusal: error.message };
  }
}
