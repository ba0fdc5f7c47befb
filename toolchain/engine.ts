import { execFile, spawn } from 'node:child_process';
import { existsSync, openSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CommandError } from './command-error.ts';
import { cacheFolder } from './pulumi/places.ts';
import { run } from './pulumi/step.ts';
import type { Tool } from './tool.ts';

const exec = promisify(execFile);
const startLimitMs = 30_000;

async function serverVersion(): Promise<string | undefined> {
  return exec('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** The Docker engine: the one that answers, else Debian's own package, started here. */
export const engine: Tool = {
  name: 'Docker engine',
  purpose: 'runs the containers',
  find: async () => {
    const version = await serverVersion();
    return version === undefined
      ? undefined
      : { way: 'system', version, where: process.env['DOCKER_HOST'] ?? '/var/run/docker.sock' };
  },
  ways: [
    {
      way: 'official',
      tried: true,
      obstacle: async () => {
        if (process.env['DOCKER_HOST'] !== undefined)
          return `DOCKER_HOST is ${process.env['DOCKER_HOST']}, and no engine answers there`;
        if (existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd'))
          return process.getuid?.() === 0
            ? undefined
            : 'dockerd is installed and not running, and only root can start it';
        if (!existsSync('/etc/debian_version')) return 'this is not a Debian system';
        return process.getuid?.() === 0 ? undefined : 'only root can install it';
      },
      install: async (report) => {
        if (!existsSync('/usr/sbin/dockerd') && !existsSync('/usr/bin/dockerd')) {
          const apt = {
            command: 'apt-get',
            env: { DEBIAN_FRONTEND: 'noninteractive' },
            remedy: 'install Docker by hand: https://docs.docker.com/engine/install/',
          };
          await run(
            { ...apt, doing: "reading Debian's package lists", args: ['update', '-q'] },
            report,
          );
          await run(
            {
              ...apt,
              doing: 'installing docker.io and iptables',
              args: ['install', '-q', '-y', '--no-install-recommends', 'docker.io', 'iptables'],
            },
            report,
          );
        }
        await start(report);
      },
    },
  ],
  byHand:
    'install Docker Engine 20.10 or newer and start it: https://docs.docker.com/engine/install/',
};

async function start(report: (line: string) => void): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true });
  const logFile = join(cacheFolder(), 'dockerd.log');
  const log = openSync(logFile, 'a');
  report(`starting dockerd, its log is ${logFile}`);
  spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] }).unref();
  const deadline = Date.now() + startLimitMs;
  while ((await serverVersion()) === undefined) {
    if (Date.now() > deadline) throw new CommandError('dockerd does not answer', `read ${logFile}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
