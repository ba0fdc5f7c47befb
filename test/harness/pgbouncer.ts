import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eventually } from './eventually.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { role } from './stores.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

/** It is Debian 12's own, unpacked and not installed; elsewhere its tests are skipped. */
export const hasPgBouncer =
  process.arch === 'x64' &&
  existsSync('/etc/debian_version') &&
  readFileSync('/etc/debian_version', 'utf8').startsWith('12');

const cache = process.env['PULSE_CACHE'] ?? join(homedir(), '.cache/pulse');
const folder = join(cache, 'pgbouncer-1.18');
const packages = ['pgbouncer', 'libc-ares2', 'libevent-2.1-7'];

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
    await unpack();
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
      env: { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') },
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

async function unpack(): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  const options = { cwd: work };
  const download = () => execute('apt-get', ['-q', 'download', ...packages], options);
  await download().catch(async () => {
    await execute('apt-get', ['-q', 'update'], options);
    await download();
  });
  await execute(
    'sh',
    ['-c', 'for p in *.deb; do dpkg-deb --extract "$p" .; rm "$p"; done'],
    options,
  );
  await execute('chmod', ['a+rx', work]);
  // Another test process may have been faster.
  await rename(work, folder).catch(() => rm(work, { recursive: true }));
}
