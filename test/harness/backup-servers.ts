import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { buildGo, linkerArguments } from '../../offline/pulumi/go-build.ts';
import { cacheFolder } from '../../toolchain/cache.ts';
import { librariesIn, unpackDebianProgram } from './debian-program.ts';
import { eventually } from './eventually.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

/** A server on this machine that repositories of restic can be in. */
export interface BackupServer extends AsyncDisposable {
  /** What a person would give `./pulse backup`. */
  readonly target: string;
  /** Keys of the server, as restic's variables. */
  readonly access: Readonly<Record<string, string>>;
  /** The home of who backs up, with the keys of ssh. */
  readonly home?: string;
}

/** gofakes3, which keeps its buckets in memory; compiled from its Go module, once for all runs. */
export function startS3(): Promise<BackupServer> {
  return timed('start of an s3 server', async () => {
    const port = await reservePort();
    const address = `127.0.0.1:${port}`;
    const child = spawn(await buildS3(), ['-backend', 'memory', '-host', address], {
      stdio: 'ignore',
    });
    return {
      target: `s3:http://${address}/pulse-backups`,
      access: { AWS_ACCESS_KEY_ID: 'of-a-test', AWS_SECRET_ACCESS_KEY: 'of-a-test-too' },
      [Symbol.asyncDispose]: await follow(child, port),
    };
  });
}

async function buildS3(): Promise<string> {
  const place = join(cacheFolder(), 'gofakes3-1.2.0');
  if (existsSync(place)) return place;
  await mkdir(cacheFolder(), { recursive: true });
  const output = `${place}.${process.pid}`;
  const build = {
    doing: 'compiling gofakes3',
    folder: join(import.meta.dirname, 's3'),
    package: 'github.com/johannesboyne/gofakes3/cmd/gofakes3',
    buildArguments: linkerArguments(''),
    output,
  };
  await buildGo(build, () => undefined);
  await rename(output, place);
  return place;
}

/** OpenSSH's server from Debian's package, for one user and one key. */
export function startSftp(): Promise<BackupServer> {
  return timed('start of an sftp server', async () => {
    const program = await unpackDebianProgram('openssh-server', 'libwrap0');
    const own = await mkdtemp(join(tmpdir(), 'pulse-sftp-'));
    const port = await reservePort();
    const user = serverUser();
    const keys = join(own, 'home/.ssh');
    await mkdir(keys, { recursive: true, mode: 0o700 });
    const makeKey = (file: string) =>
      execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    await Promise.all([makeKey(join(keys, 'id_ed25519')), makeKey(join(own, 'host'))]);
    const hostKey = await readFile(join(own, 'host.pub'), 'utf8');
    await writeFile(join(keys, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
    await execute('cp', [join(keys, 'id_ed25519.pub'), join(own, 'accepted')]);
    await writeFile(join(own, 'settings'), settingsOf(own, port));
    await mkdir(join(own, 'data'));
    if (user.uid !== undefined) {
      const owner = `${user.uid}:${user.gid}`;
      await execute('chown', [owner, ...['host', 'data'].map((name) => join(own, name))]);
    }
    await chmod(own, 0o755);
    // The cache may be in a folder that only root may enter.
    const copy = join(own, 'program');
    await execute('cp', ['-r', program, copy]);
    const child = spawn(join(copy, 'usr/sbin/sshd'), ['-D', '-f', join(own, 'settings')], {
      ...(user.uid !== undefined && { uid: user.uid, gid: user.gid }),
      env: librariesIn(copy),
      stdio: 'ignore',
    });
    const end = await follow(child, port);
    return {
      target: `sftp://${user.name}@127.0.0.1:${port}/${join(own, 'data/repository')}`,
      access: {},
      home: join(own, 'home'),
      [Symbol.asyncDispose]: async () => {
        await end();
        await rm(own, { recursive: true });
      },
    };
  });
}

/** As root it would need a user of its own on this machine. Debian has `daemon` everywhere. */
function serverUser(): { readonly name: string; readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0
    ? { name: 'daemon', uid: 1, gid: 1 }
    : { name: userInfo().username };
}

const settingsOf = (own: string, port: number): string => `
ListenAddress 127.0.0.1:${port}
HostKey ${own}/host
AuthorizedKeysFile ${own}/accepted
StrictModes no
PidFile none
Subsystem sftp internal-sftp
ForceCommand internal-sftp
`;

/** Waits until a server listens. @returns what ends it */
async function follow(child: ReturnType<typeof spawn>, port: number): Promise<() => Promise<void>> {
  const exited = once(child, 'exit');
  const reaper = removeAtExit('kill', '-KILL', String(child.pid));
  child.once('exit', () => reaper.dismiss());
  await eventually('a server that listens', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  });
  return async () => {
    child.kill('SIGKILL');
    await exited;
  };
}
