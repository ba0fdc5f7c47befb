import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';

import { Redis } from '../../../components/redis.ts';
import {
  containerType,
  declare,
  readEnvironment,
  findNamed,
  filterByType,
} from '../../pulumi/declare.ts';

const password = 'r'.repeat(40);
const args = {
  prefix: 'pulse-test',
  network: { networkName: 'pulse-test' },
  image: 'redis:7',
  secrets: { redisPassword: pulumi.output(password) },
  storeAddress: '127.0.0.1',
  port: 50104,
  memoryMiB: 1000,
  cpus: '1.0',
  protectData: false,
  healthIntervalSeconds: 5,
};
const declared = () => declare(() => new Redis('redis', args));
const container = async () =>
  filterByType(await declared(), containerType)[0] ?? expect.fail('no container');

test('Redis keeps every job with snapshots, an append-only file and no eviction', async () => {
  const script = ((await container()).inputs['entrypoints'] as string[]).at(-1);
  for (const line of [
    'appendonly yes',
    'save 3600 1 300 100 60 10000',
    'maxmemory-policy noeviction',
    'dir /data',
  ])
    expect(script).toContain(line);
});

test('Redis may fill 60% of its memory limit, so that the rest is free for the copy of a fork', async () => {
  expect(readEnvironment(await container())).toMatchObject({ REDIS_MAXMEMORY: '600mb' });
});

test('Redis receives its password through a secret environment, never in a visible command', async () => {
  const { inputs, secretInputs } = await container();
  expect(secretInputs).toContain('envs');
  expect(JSON.stringify({ ...inputs, envs: undefined })).not.toContain(password);
});

test('Redis is published as the stack says, on data that outlives destroy', async () => {
  const all = await declared();
  expect(filterByType(all, containerType)[0]?.inputs).toMatchObject({
    ports: [{ internal: 6379, external: 50104, ip: '127.0.0.1', protocol: 'tcp' }],
    mounts: [{ type: 'volume', target: '/data', source: 'pulse-test_redis' }],
  });
  expect(findNamed(all, 'redis-data').retainOnDelete).toBe(true);
});

test('the URL of Redis has its password and container name, and is secret', async () => {
  let url = pulumi.output('');
  await declare(() => {
    ({ url } = new Redis('redis', args));
  });
  expect(await new Promise((resolve) => url.apply(resolve))).toBe(
    `redis://:${password}@pulse-test_redis:6379`,
  );
  expect(await pulumi.isSecret(url)).toBe(true);
});
