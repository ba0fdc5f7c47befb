import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findDockerEngine } from '../shared/docker-engine.ts';
import { installDebianPackages } from './apt.ts';
import { cacheFolder } from './cache.ts';
import { CommandError } from './command-error.ts';
import { captureResult, startDetached } from './process.ts';
import type { Report, Tool } from './tool.ts';

const answerLimitMs = 10_000;
const startLimitMs = 30_000;
const pollMs = 200;

/** The Docker engine: the one that answers, else Debian's own package, started here. */
export const engine: Tool = {
  name: 'Docker engine',
  purpose: 'runs the containers',
  find: async () => {
    const version = await readServerVersion();
    if (version === undefined) return undefined;
    return { origin: 'system', version, where: describePlace() };
  },
  methods: [
    {
      origin: 'official',
      isTried: true,
      findObstacle: async () => findObstacle(),
      install: async (report) => {
        if (!isInstalled()) {
          const remedy = 'install Docker by hand: https://docs.docker.com/engine/install/';
          await installDebianPackages(['docker.io', 'iptables'], remedy, report);
        }
        await start(report);
      },
    },
  ],
  byHand:
    'install Docker Engine 20.10 or newer and start it: https://docs.docker.com/engine/install/',
};

/** The version of the engine that answers, or undefined where none does. */
async function readServerVersion(): Promise<string | undefined> {
  const args = ['version', '--format', '{{.Server.Version}}'];
  const { problem, stdout } = await captureResult('docker', args, { timeoutMs: answerLimitMs });
  return problem === undefined ? stdout.trim() : undefined;
}

function findObstacle(): string | undefined {
  const named = findDockerEngine();
  if ('problem' in named) return named.problem;
  if (named.namedBy !== undefined) return `no engine answers at ${describePlace()}`;
  const isRoot = process.getuid?.() === 0;
  if (isInstalled())
    return isRoot ? undefined : 'dockerd is installed and not running, and only root can start it';
  if (!existsSync('/etc/debian_version')) return 'this is not a Debian system';
  return isRoot ? undefined : 'only root can install it';
}

function describePlace(): string {
  const found = findDockerEngine();
  if ('problem' in found) return found.problem;
  return found.namedBy === undefined ? found.address : `${found.address} (${found.namedBy})`;
}

function isInstalled(): boolean {
  return existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd');
}

async function start(report: Report): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const logFile = join(cacheFolder(), 'dockerd.log');
  report(`starting dockerd, its log is ${logFile}`);
  await startDetached('dockerd', [], logFile);
  const deadlineMs = Date.now() + startLimitMs;
  while ((await readServerVersion()) === undefined) {
    if (Date.now() > deadlineMs)
      throw new CommandError('dockerd does not answer', `read ${logFile}`);
    await sleep(pollMs);
  }
}
