import { describe, expect, test } from 'vitest';

import { declareStack } from '../../declared/stack.ts';
import { containerType, environmentOf, named, ofType } from '../../declared/declare.ts';

const isWorker = (name: string) => /^worker-\d+$/.test(name);
const pool = async (replicas: number) => ofType(await declareStack('dev', { workerReplicas: String(replicas) }), containerType).filter(({ name }) => isWorker(name));

describe('a pool of workers', () => {
  test('updates in two waves: every even member waits for every odd one, and no odd one for a worker', async () => {
    const members = await pool(5);
    for (const { name, waitsFor } of members) {
      const even = Number(name.split('-')[1]) % 2 === 0;
      expect(waitsFor.filter(isWorker).sort(), name).toEqual(even ? ['worker-1', 'worker-3', 'worker-5'] : []);
    }
  });

  test('starts when Postgres, Redis and an embedded GPU host are healthy', async () => {
    expect(named(await pool(1), 'worker-1').waitsFor).toEqual(expect.arrayContaining(['postgres', 'redis', 'tei', 'qdrant', 'ollama']));
  });

  test('scaled by one declares the others as they were, each in its wave', async () => {
    const before = await pool(3);
    const after = await pool(4);
    expect(after).toHaveLength(4);
    for (const { name, inputs } of before) expect(named(after, name).inputs).toEqual(inputs);
  });

  test('names its members in order, and each tells its own name', async () => {
    const members = await pool(2);
    expect(members.map(({ inputs }) => inputs['name'])).toEqual(['pulse-dev_webhook-worker-1', 'pulse-dev_webhook-worker-2']);
    expect(members.map((member) => environmentOf(member)['WEBHOOK_WORKER_NAME'])).toEqual(members.map(({ inputs }) => inputs['name']));
  });

  test('has a heap below its memory limit, and longer to stop than to drain', async () => {
    const [worker] = ofType(await declareStack('dev', { workerMemory: '900MiB', drainTimeout: '40s' }), containerType).filter(({ name }) => isWorker(name));
    expect(environmentOf(worker!)).toMatchObject({ NODE_OPTIONS: '--max-old-space-size=600', WEBHOOK_DRAIN_TIMEOUT: '40s' });
    expect(worker!.inputs['stopTimeout']).toBeGreaterThan(40);
  });

  test('runs without root on one keyword index that all share', async () => {
    for (const { inputs } of await pool(2)) {
      expect(inputs['user']).toBe('99:100');
      expect(inputs['mounts']).toContainEqual({ type: 'volume', target: '/app/data/bm25', source: 'pulse-dev_bm25' });
    }
  });
});
