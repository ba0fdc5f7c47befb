import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { inspectHost } from '../../../cli/deployment/host/inspect.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { freeSubnet } from '../../deploy/subnet.ts';
import { reservePort } from '../../harness/reserve-port.ts';
import { imageReference } from '../../harness/server.ts';

const name = `pulse-test-net-${randomBytes(3).toString('hex')}`;
const subnet = `${freeSubnet()}.0/24`;
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
/** One with a shell that this engine has: that of the stores of this run. */
const image = await imageReference('postgres');

beforeAll(() => void docker('network', 'create', '--subnet', subnet, name));
afterAll(() => void docker('network', 'rm', name));

test("the host check finds the engine's networks with their ranges, and its memory in MiB", async () => {
  const { networks, memoryMiB } = await inspectHost(parseSettings('test', { gpuHost: 'embedded' }));
  expect(networks).toContainEqual({ name, subnets: [subnet] });
  expect(memoryMiB).toBeGreaterThan(256);
});

test("the host check finds aliases on the stack's network, also of containers that do not run", async () => {
  const stack = name.replace(/^pulse-/, '');
  const container = docker('create', '--network', name, '--network-alias', `${name}_redis`, image);
  try {
    const { containers } = await inspectHost(parseSettings(stack, { gpuHost: 'embedded' }));
    const aliases = containers.flatMap((one) => one.aliases ?? []);
    expect(aliases).toContain(`${name}_redis`);
  } finally {
    docker('rm', '--force', container);
  }
});

test.each([1024, 1_048_576])(
  'the host check asks the engine whether it gives %d open files',
  async (nofile) => {
    const gives =
      spawnSync('docker', [
        'run',
        '--rm',
        '--network',
        'none',
        '--ulimit',
        `nofile=${nofile}:${nofile}`,
        '--entrypoint',
        'sh',
        image,
        '-c',
        ':',
      ]).status === 0;
    const { nofileLimit } = await inspectHost(
      parseSettings('test', {
        gpuHost: 'embedded',
        workerBaseImage: image,
        workerNofile: String(nofile),
      }),
    );
    if (gives) expect(nofileLimit).toBeUndefined();
    else expect(nofileLimit).toBeLessThan(nofile);
  },
);

test('the host check finds ports that other programs use, and addresses that the host does not have', async () => {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  // The usual ports are among those that kernels hand to outgoing connections.
  const [apiPort, redisPort] = [await reservePort(), await reservePort()];
  try {
    const look = async (more: Record<string, string>) =>
      (
        await inspectHost(
          parseSettings('test', {
            gpuHost: 'embedded',
            workerBaseImage: image,
            postgresPort: String(port),
            redisPort: String(redisPort),
            apiPort: String(apiPort),
            ...more,
          }),
        )
      ).refusedPorts;
    expect(await look({})).toEqual([{ port, why: 'taken' }]);
    expect(await look({ storeAddress: '192.0.2.1' })).toContainEqual({
      port,
      why: 'no such address',
    });
  } finally {
    listener.close();
  }
});

test('the host check starts no container when the image is missing, since an update brings it', async () => {
  expect(
    (
      await inspectHost(
        parseSettings('test', { gpuHost: 'embedded', workerBaseImage: 'nowhere.invalid/node:24' }),
      )
    ).nofileLimit,
  ).toBeUndefined();
});
