import { expect, test } from 'vitest';

import type { Container } from '../../../../cli/containers.ts';
import {
  describeNewCollection,
  describeOllamaLeftOut,
  findBlockingChecks,
} from '../../../../cli/deployment/preflight.ts';
import type { Report } from '../../../../healthchecks/verify.ts';

const embedded = { prefix: 'pulse-test', gpuHost: { mode: 'embedded' } } as const;
const external = { prefix: 'pulse-test', gpuHost: { mode: 'external' } } as const;

function container(name: string, health: string): Container {
  return {
    Name: `/pulse-test_${name}`,
    Config: { Labels: { 'pulse.stack': 'test' } },
    State: { Status: 'running', Health: { Status: health } },
    NetworkSettings: { Networks: { 'pulse-test': {} } },
  } as unknown as Container;
}

const failing = (...names: string[]): Report => ({
  ok: false,
  verifiedAt: '',
  checks: names.map((name) => ({ name, ok: false, code: null }) as Report['checks'][number]),
});
const blocking = (...args: Parameters<typeof findBlockingChecks>): string[] =>
  findBlockingChecks(...args).map(({ name }) => name);

test('a store that fails although its container is healthy stops the update', () =>
  expect(blocking(failing('postgres'), embedded, [container('postgres', 'healthy')])).toEqual([
    'postgres',
  ]));

test('a store whose container is unhealthy or missing stops nothing: the update repairs it', () =>
  expect(
    blocking(failing('postgres', 'redis'), embedded, [container('postgres', 'unhealthy')]),
  ).toEqual([]));

test('a GPU service stops the update when it is not a container of the stack', () => {
  expect(blocking(failing('tei', 'qdrant', 'ollama'), external, [])).toEqual([
    'tei',
    'qdrant',
    'ollama',
  ]);
  expect(blocking(failing('tei', 'qdrant', 'ollama'), embedded, [])).toEqual([]);
});

test('a reranker that fails stops no update: a search goes on without it', () =>
  expect(blocking(failing('reranker', 'tei'), external, [])).toEqual(['tei']));

test('an update that leaves out the Ollama of before says so, with what would keep it', () => {
  const before = (ollama?: string) => [
    {
      urn: '',
      type: 'pulumi:pulumi:Stack',
      outputs: { gpuServices: ollama === undefined ? {} : { ollama } },
    },
  ];
  const address = 'http://10.9.9.9:3';
  const settings = (gpuHost: 'embedded' | 'external', ollama: boolean, ollamaUrl?: string) => ({
    gpuHost: { mode: gpuHost, ollama, ollamaUrl },
  });
  expect(describeOllamaLeftOut(settings('embedded', false), before(address))).toMatch(
    /10\.9\.9\.9:3 is removed, its volume stays.*pulumi config set pulse:ollama true/,
  );
  expect(describeOllamaLeftOut(settings('external', false), before(address))).toMatch(
    /no longer checked.*pulumi config set pulse:ollamaUrl 'http:\/\/10\.9\.9\.9:3'/,
  );
  for (const [now, state] of [
    [settings('embedded', true), before(address)],
    [settings('external', false, address), before(address)],
    [settings('embedded', false), before()],
    [settings('external', false), []],
  ] as const)
    expect(describeOllamaLeftOut(now, state)).toBeUndefined();
});

test('missing workers and a collection that a new model lacks stop nothing, and it is said', () => {
  const report = failing('workers', 'qdrant');
  const checks = report.checks.map((check) =>
    check.name === 'qdrant' ? { ...check, code: 'QDRANT_COLLECTION' as const } : check,
  );
  expect(blocking({ ...report, checks }, external, [])).toEqual([]);
  const settings = { collection: 'pulse-test-e5-1024-0a1b2c3d' };
  expect(describeNewCollection({ ...report, checks }, settings)).toMatch(
    /pulse-test-e5-1024-0a1b2c3d is new and starts empty.*\.\/pulse audit --repair/,
  );
  expect(describeNewCollection(report, settings)).toBeUndefined();
});
