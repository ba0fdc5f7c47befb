import { describe, expect, test } from 'vitest';

import { containerType, readEnvironment, findNamed, filterByType } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const isWorker = (name: string) => /^worker-\d+$/.test(name);
const pool = async (replicas: number) =>
  filterByType(
    await declareStack('dev', { ollama: 'true', workerReplicas: String(replicas) }),
    containerType,
  ).filter(({ name }) => isWorker(name));

describe('a pool of workers', () => {
  test('updates in waves: each waits for the one before it, and the first for no worker', async () => {
    const members = await pool(5);
    const waitsFor = Object.fromEntries(
      members.map((member) => [member.name, member.waitsFor.filter(isWorker).sort()]),
    );
    expect(waitsFor).toEqual({
      'worker-1': [],
      'worker-3': [],
      'worker-2': ['worker-1', 'worker-3'],
      'worker-4': ['worker-1', 'worker-3'],
      'worker-5': ['worker-2', 'worker-4'],
    });
  });

  test('starts after Postgres, Redis and an embedded GPU host are healthy', async () => {
    expect(findNamed(await pool(1), 'worker-1').waitsFor).toEqual(
      expect.arrayContaining(['postgres', 'redis', 'tei', 'qdrant', 'ollama']),
    );
  });

  test('leaves the existing members unchanged when it is scaled up by one', async () => {
    const before = await pool(3);
    const after = await pool(4);
    expect(after).toHaveLength(4);
    for (const { name, inputs } of before) expect(findNamed(after, name).inputs).toEqual(inputs);
  });

  test('numbers its members and tells each one its own name', async () => {
    const members = await pool(2);
    expect(members.map(({ inputs }) => inputs['name'])).toEqual([
      'pulse-dev_webhook-worker-1',
      'pulse-dev_webhook-worker-2',
    ]);
    expect(members.map((member) => readEnvironment(member)['WEBHOOK_WORKER_NAME'])).toEqual(
      members.map(({ inputs }) => inputs['name']),
    );
  });

  test('has a heap below its memory limit, and more time to stop than to drain', async () => {
    const worker = filterByType(
      await declareStack('dev', { workerMemory: '900MiB', drainTimeout: '40s' }),
      containerType,
    ).find(({ name }) => isWorker(name));
    expect(readEnvironment(worker!)).toMatchObject({
      NODE_OPTIONS: '--max-old-space-size=600',
      WEBHOOK_DRAIN_TIMEOUT: '40s',
    });
    expect(worker!.inputs['stopTimeout']).toBeGreaterThan(40);
  });

  test('limits its heap to 2,000 MiB whatever its memory limit, so that garbage is collected', async () => {
    const worker = filterByType(
      await declareStack('prod', { workerMemory: '8GiB' }),
      containerType,
    ).find(({ name }) => isWorker(name));
    expect(readEnvironment(worker!)).toMatchObject({ NODE_OPTIONS: '--max-old-space-size=2000' });
  });

  test('runs without root on one keyword index that all members share', async () => {
    for (const { inputs } of await pool(2)) {
      expect(inputs['user']).toBe('99:100');
      expect(inputs['mounts']).toContainEqual({
        type: 'volume',
        target: '/app/data/bm25',
        source: 'pulse-dev_bm25',
      });
    }
  });
});
