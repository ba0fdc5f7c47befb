import { beforeAll, describe, expect, test } from 'vitest';

import { parseSettings } from '../../../settings/parse.ts';
import { policies, findViolations } from '../../policies/policies.ts';
import type { StackRules } from '../../policies/policies.ts';
import { containerType, findNamed, filterByType } from '../../pulumi/declare.ts';
import type { Declared } from '../../pulumi/declare.ts';
import { configurationOf, declareStack, stacks } from '../../pulumi/stack.ts';

function rulesOf(stack: string): StackRules {
  const { containers, workers, frontDoor } = parseSettings(stack, configurationOf(stack));
  return {
    storeAddress: containers.storeAddress,
    apiHost: frontDoor.address,
    hookHost: frontDoor.hookAddress,
    workerNofile: String(workers.nofile),
  };
}

test.each(stacks)('stack %s keeps to every policy', async (stack) => {
  const declared = await declareStack(stack);
  expect(filterByType(declared, containerType).length).toBeGreaterThan(3);
  expect(findViolations(declared, rulesOf(stack))).toEqual([]);
});

test('a store is published on every address only when the stack says so', async () => {
  const declared = await declareStack('dev', { storeAddress: '0.0.0.0' });
  expect(
    findViolations(declared, rulesOf('dev')).map((line) => line.split(':').slice(0, 2).join()),
  ).toEqual(['redis, no public port', 'postgres, no public port']);
  expect(findViolations(declared, { ...rulesOf('dev'), storeAddress: '0.0.0.0' })).toEqual([]);
});

test('the API is published on every address only when the stack says so', async () => {
  const declared = await declareStack('dev', { apiHost: '0.0.0.0' });
  expect(findViolations(declared, rulesOf('dev'))).toEqual([
    'front-door: no public port: publishes port 50118 on 0.0.0.0: the stack says apiHost 127.0.0.1',
  ]);
  expect(findViolations(declared, { ...rulesOf('dev'), apiHost: '0.0.0.0' })).toEqual([]);
});

test('hooks are published on every address only when the stack says so', async () => {
  const declared = await declareStack('dev', { hookPort: '50119', hookHost: '0.0.0.0' });
  expect(findViolations(declared, rulesOf('dev'))).toEqual([
    'front-door: no public port: publishes port 50119 on 0.0.0.0: the stack says apiHost 127.0.0.1',
  ]);
  expect(findViolations(declared, { ...rulesOf('dev'), hookHost: '0.0.0.0' })).toEqual([]);
});

describe('the policies', () => {
  let worker: Declared;
  beforeAll(async () => {
    worker = findNamed(await declareStack('prod'), 'worker-1');
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['memory limit', { memory: undefined }, /`memory` in MiB/],
    ['memory limit', { memorySwap: undefined }, /memorySwap/],
    ['CPU limit', { cpus: undefined }, /give it `cpus`/],
    ['ulimits', { ulimits: undefined }, /configured for 65535 open files/],
    ['health check', { healthcheck: undefined }, /give it `healthcheck`/],
    ['health check', { healthcheck: { tests: ['NONE'] } }, /give it `healthcheck`/],
    ['health check', { wait: false }, /set `wait`/],
    ['restart', { restart: undefined }, /unless-stopped/],
    ['log rotation', { logOpts: { 'max-size': '10m' } }, /max-file/],
    ['pinned image', { image: 'postgres:15' }, /tag@sha256:digest/],
    ['pinned image', { image: `postgres@sha256:${'a'.repeat(64)}` }, /tag@sha256:digest/],
    ['no new privileges', { securityOpts: [] }, /no-new-privileges/],
    ['no new privileges', { capabilities: undefined }, /drop ALL/],
    ['no new privileges', { privileged: true }, /one capability/],
    [
      'no plain secret',
      { command: ['--redis', 'redis://:hunter2@redis:6379'] },
      /by the environment/,
    ],
    ['no public port', { ports: [{ internal: 5432, external: 5432 }] }, /every address/],
  ])('find a violation of "%s" in %o', (name, change, advice) => {
    const found = findViolations(
      [{ ...worker, inputs: { ...worker.inputs, ...change } }],
      rulesOf('prod'),
    );
    expect(found).toEqual([expect.stringMatching(new RegExp(`^worker-1: ${name}: `))]);
    expect(found[0]).toMatch(advice);
  });

  test('find a violation of "no plain secret" in an environment that is not secret', () => {
    expect(findViolations([{ ...worker, secretInputs: [] }], rulesOf('prod'))).toEqual([
      expect.stringMatching(/^worker-1: no plain secret: shows REDIS_URL, WEBHOOK_DATABASE_URL/),
    ]);
  });

  test('are exactly the ten that these tests violate', () => {
    expect(policies.map(({ name }) => name)).toEqual([
      'memory limit',
      'CPU limit',
      'ulimits',
      'health check',
      'restart',
      'log rotation',
      'pinned image',
      'no new privileges',
      'no plain secret',
      'no public port',
    ]);
  });
});
