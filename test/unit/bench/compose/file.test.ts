import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { readDeclared } from '../../../../bench/compose/declared.ts';
import { formatComposeFile } from '../../../../bench/compose/file.ts';
import { containerType, filterByType } from '../../../pulumi/declare.ts';
import { declareStack, stacks } from '../../../pulumi/stack.ts';

const root = join(import.meta.dirname, '../../../..');

interface ComposeFile {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

async function composeFileOf(stack: string): Promise<ComposeFile> {
  return parse(formatComposeFile(await declareStack(stack))) as ComposeFile;
}

describe.each(stacks)('the compose file of stack %s', (stack) => {
  test('has a service for every container that the stack declares', async () => {
    const containers = filterByType(await declareStack(stack), containerType);
    const { services } = await composeFileOf(stack);
    expect(Object.keys(services)).toEqual(containers.map(({ name }) => name));
  });
});

describe('the compose file of dev', () => {
  test('keeps limits, health check and user of a worker', async () => {
    const { services } = await composeFileOf('dev');
    expect(services['worker-1']).toMatchObject({
      container_name: 'pulse-dev_webhook-worker-1',
      user: '99:100',
      mem_limit: '768m',
      memswap_limit: '768m',
      mem_reservation: '256m',
      cpus: 1,
      cpu_shares: 512,
      ulimits: { nofile: { soft: 16_384, hard: 16_384 } },
      healthcheck: { interval: '2s', timeout: '10s', retries: 3, start_period: '1m0s' },
      read_only: true,
      cap_drop: ['ALL'],
      stop_grace_period: '30s',
      networks: ['pulse-dev'],
    });
  });

  test('starts the workers in the waves that the stack declares', async () => {
    const { services } = await composeFileOf('dev');
    expect(services['worker-2']?.['depends_on']).toEqual({
      'worker-1': { condition: 'service_healthy' },
    });
    expect(services['worker-1']?.['depends_on']).toHaveProperty('postgres');
  });

  test('makes the network and the volumes under their own names', async () => {
    const { networks, volumes } = await composeFileOf('dev');
    expect(networks['pulse-dev']).toMatchObject({
      name: 'pulse-dev',
      enable_ipv6: false,
      ipam: { config: [{ subnet: '10.224.0.0/24', gateway: '10.224.0.1' }] },
    });
    expect(volumes['pulse-dev_postgres']).toEqual({ name: 'pulse-dev_postgres' });
  });
});

test('a real state is read as what the program declares', () => {
  const state = readFileSync(join(root, 'test/fixtures/old-state/external.json'), 'utf8');
  // As `--show-secrets` would print it.
  const open = state.replaceAll(/"ciphertext": "[^"]*"/g, '"plaintext": "[]"');
  const { services } = parse(formatComposeFile(readDeclared(open))) as ComposeFile;
  expect(services['worker-1']).toMatchObject({
    mem_limit: '768m',
    networks: ['pulse-external'],
    depends_on: { redis: { condition: 'service_healthy' } },
  });
  expect(services['postgres']).toHaveProperty('command');
});

const container = { type: containerType, name: 'one', waitsFor: [] };

test('a dollar sign is doubled, because Compose would read a variable', () => {
  const inputs = { name: 'one', image: 'i', command: ['sh', '-c', 'echo "$HOME" $$'] };
  expect(parse(formatComposeFile([{ ...container, inputs }]))).toMatchObject({
    services: { one: { command: ['sh', '-c', 'echo "$$HOME" $$$$'] } },
  });
});

test('an input or a type without a counterpart is refused: the two would not be the same', () => {
  const inputs = { name: 'one', image: 'i', gpus: 'all' };
  expect(() => formatComposeFile([{ ...container, inputs }])).toThrow('one: gpus');
  expect(() => formatComposeFile([{ ...container, type: 'docker:index/tag:Tag', inputs }])).toThrow(
    'docker:index/tag:Tag',
  );
});
