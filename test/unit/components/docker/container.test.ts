import { describe, expect, test } from 'vitest';

import { container, durationText } from '../../../../components/docker/container.ts';
import type { ContainerArgs } from '../../../../components/docker/container.ts';
import { declare, findNamed } from '../../../pulumi/declare.ts';

const plain = {
  name: 'pulse-test_thing',
  image: 'thing:1',
  stack: { network: { networkName: 'pulse-test' }, healthIntervalSeconds: 90 },
  memoryMiB: 512,
  cpus: '0.5',
  volumes: {},
  scratch: {},
  healthcheck: ['CMD', 'true'],
  startLimitSeconds: 60,
  stopTimeoutSeconds: 20,
} as ContainerArgs;
const declared = async (more: Partial<ContainerArgs> = {}) =>
  findNamed(await declare(() => container('thing', { ...plain, ...more }, {})), 'thing');

describe('a container of the stack', () => {
  test('has no capability, cannot gain one, and writes only to its scratch folders', async () => {
    const { inputs } = await declared({ scratch: { '/run/thing': { uid: 1, gid: 2 } } });
    expect(inputs).toMatchObject({
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges'],
      readOnly: true,
      tmpfs: { '/tmp': 'mode=1777', '/run/thing': 'uid=1,gid=2,mode=0700' },
    });
  });

  test('has its limits, no swap, and logs that cannot fill the disk', async () => {
    const { inputs } = await declared({
      memoryReservationMiB: 128,
      cpuShares: 512,
      nofile: { soft: 4096, hard: 8192 },
    });
    expect(inputs).toMatchObject({
      memory: 512,
      memorySwap: 512,
      memoryReservation: 128,
      cpus: '0.5',
      cpuShares: 512,
      ulimits: [{ name: 'nofile', soft: 4096, hard: 8192 }],
      logDriver: 'json-file',
      logOpts: { 'max-size': '10m', 'max-file': '3' },
    });
  });

  test('counts as created once healthy, restarts unless stopped, and has its time to stop', async () => {
    const { inputs } = await declared();
    expect(inputs).toMatchObject({
      wait: true,
      restart: 'unless-stopped',
      stopTimeout: 20,
      destroyGraceSeconds: 20,
      healthcheck: { tests: ['CMD', 'true'], interval: '1m30s' },
    });
  });

  test('is checked more often while it starts, where the stack has an interval for that', async () => {
    const stack = { ...plain.stack, healthIntervalSeconds: 60, healthStartIntervalSeconds: 1 };
    expect((await declared({ stack })).inputs['healthcheck']).toMatchObject({
      interval: '1m0s',
      startInterval: '1s',
    });
    expect((await declared()).inputs['healthcheck']).not.toHaveProperty('startInterval');
  });

  test('is replaced after it never became healthy, and for changes that the provider ignores', async () => {
    expect((await declared()).replaceOnChanges).toEqual(
      expect.arrayContaining(['healthcheck', 'mounts', 'tmpfs', 'init', '#initerror']),
    );
  });

  test('mounts a volume by its name and a folder of the host by its path', async () => {
    expect(
      (await declared({ volumes: { '/a': 'data', '/b': '/srv/data' } })).inputs['mounts'],
    ).toEqual([
      { type: 'volume', target: '/a', source: 'data' },
      { type: 'bind', target: '/b', source: '/srv/data' },
    ]);
  });

  test('has its environment in a fixed order', async () => {
    expect((await declared({ environment: { B: '2', A: '1' } })).inputs['envs']).toEqual([
      'A=1',
      'B=2',
    ]);
  });
});

test.each([
  [5, '5s'],
  [60, '1m0s'],
  [90, '1m30s'],
  [3600, '1h0m0s'],
  [3661, '1h1m1s'],
])('a duration of %d seconds is written as the engine writes it: %s', (seconds, written) => {
  expect(durationText(seconds)).toBe(written);
});
