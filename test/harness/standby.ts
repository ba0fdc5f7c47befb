import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { eventually } from './eventually.ts';
import type { Server } from './server.ts';
import { role } from './stores.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

/** A second server in the container of the first, which follows it until it is promoted. */
export interface Standby {
  /** host:port, in the network of the containers. */
  readonly authority: string;
  promote(): Promise<void>;
}

export async function addressOf({ container }: Server): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return (await execute('docker', ['inspect', '--format', format, container])).stdout.trim();
}

/** Starts a streaming standby of a primary: a base backup, then what the primary sends. */
export function startStandby(primary: Server): Promise<Standby> {
  return timed('start of a standby', async () => {
    const bin = '/usr/lib/postgresql/15/bin';
    const folder = '/tmp/standby';
    const port = '5433';
    const run = (command: string) => primary.docker('exec', 'su', 'postgres', '-c', command);
    await run(`${bin}/pg_basebackup -U ${role} -D ${folder} -R -X stream -c fast`);
    const start = `${bin}/pg_ctl -D ${folder} -o '-p ${port}' -l ${folder}.log -w start`;
    await run(`${start} > /dev/null`);
    return {
      authority: `${await addressOf(primary)}:${port}`,
      promote: async () => void (await run(`${bin}/pg_ctl -D ${folder} -w promote`)),
    };
  });
}

/** @returns one value, asked of the primary as its superuser */
async function askPrimary(primary: Server, statement: string): Promise<string> {
  return (
    await primary.docker('exec', 'psql', '-qtA', '-U', role, '-d', role, '-c', statement)
  ).trim();
}

/**
 * Has the primary take no more writes, as a tool does before it promotes a standby. Its open
 * connections stay, and go on reading. Waits until the standby has everything.
 */
export async function fence(primary: Server): Promise<void> {
  await askPrimary(primary, 'ALTER SYSTEM SET default_transaction_read_only = on');
  await askPrimary(primary, 'SELECT pg_reload_conf()');
  await eventually('a standby that has everything', async () => {
    const sent = 'SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()';
    return (await askPrimary(primary, sent)) === '1';
  });
}
