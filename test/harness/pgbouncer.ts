import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { librariesIn, unpackDebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { role } from './stores.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

/** A pooler in front of a Postgres. */
export interface PgBouncer extends AsyncDisposable {
  readonly authority: string;
}

/** @param upstream host:port of a Postgres whose role has the password */
export function startPgBouncer(
  mode: 'session' | 'transaction' | 'statement',
  upstream: string,
  password: string,
): Promise<PgBouncer> {
  return timed('start of a pooler', async () => {
    const folder = await unpackDebianProgram('pgbouncer', 'libc-ares2', 'libevent-2.1-7');
    const own = await mkdtemp(join(tmpdir(), 'pulse-pgbouncer-'));
    const port = await reservePort();
    const [host, serverPort] = upstream.split(':');
    const settings = `
[databases]
* = host=${host} port=${serverPort} user=${role} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${own}/users
pool_mode = ${mode}
`;
    await writeFile(join(own, 'users'), `"${role}" ""\n`);
    await writeFile(join(own, 'settings.ini'), settings);
    await execute('chmod', ['-R', 'a+rX', own]);
    // It refuses to run as root.
    const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const program = join(folder, 'usr/sbin/pgbouncer');
    const child = spawn(program, ['-q', ...asUser, join(own, 'settings.ini')], {
      env: librariesIn(folder),
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    const reaper = removeAtExit('kill', '-KILL', String(child.pid));
    child.once('exit', () => reaper.dismiss());
    await eventually('a pooler that listens', () => accepts(port));
    return {
      authority: `127.0.0.1:${port}`,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL');
        await exited;
        await rm(own, { recursive: true });
      },
    };
  });
}

async function accepts(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
