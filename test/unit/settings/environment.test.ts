import { describe, expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import {
  listAbsentVariables,
  preflightEnvironment,
  workerEnvironment,
} from '../../../settings/environment.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { readSettings, variables } from '../../../worker/settings.ts';
import { root } from '../../harness/certificates.ts';
import { readEnvironment, findNamed } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from './external-gpu-host.ts';

const readByWorker = Object.values(variables).map(({ name }) => name);
const rows = Object.values(settingRows);
const carried = rows.flatMap(({ env }) => env ?? []);
/** What components add to the settings. */
const stores = { REDIS_URL: 'redis://r:1', WEBHOOK_DATABASE_URL: 'postgresql://p:1/d' };

describe('the environment of a worker', () => {
  test('is accepted by the worker in every mode of the GPU host', async () => {
    for (const gpuHost of ['embedded', 'external']) {
      const declared = readEnvironment(
        findNamed(await declareStack('dev', { ...externalGpuHost, gpuHost }), 'worker-1'),
      );
      expect(() => readSettings(declared)).not.toThrow();
    }
  });

  test('holds no variable that the worker does not read', async () => {
    const { NODE_OPTIONS: _node, ...declared } = readEnvironment(
      findNamed(await declareStack('dev'), 'worker-1'),
    );
    expect(readByWorker).toEqual(expect.arrayContaining(Object.keys(declared)));
  });

  test('carries every setting of the worker, and the worker reads the same values from it', () => {
    expect(readByWorker).toEqual(expect.arrayContaining(carried));
    const qdrantApiKey = 'f3a1c97e0b5d4826a7c9e1f0d3b58264';
    const services = {
      teiApiKey: 'k1',
      teiModelId: '/data/model',
      qdrantLogin: 'me:word',
      ollamaLogin: 'you:word',
      localEmbeddingsApiKey: 'k2',
      huggingfaceToken: 'hf_1',
      huggingfaceEndpoint: 'https://mirror.example.org/hf/',
    };
    const { localEmbeddingsApiKey, huggingfaceToken, huggingfaceEndpoint, ...same } = services;
    const read = {
      ...same,
      localTeiApiKey: localEmbeddingsApiKey,
      hfToken: huggingfaceToken,
      hfEndpoint: huggingfaceEndpoint.replace(/\/$/, ''),
    };
    const settings = parseSettings('dev', {
      ...externalGpuHost,
      indexingJobTimeout: '2m',
      drainTimeout: '7s',
      workerBatchSize: '9',
      vectorDim: '33',
      maxChunkTokens: '100',
      chunkOverlapTokens: '10',
      logLevel: 'WARNING',
      documentInstruction: 'passage: ',
      keepVersions: '7',
      keepRuns: '8d',
      keepDeliveries: '9d',
      keepCrawlPages: '10d',
      qdrantApiKey,
      caCertificate: root,
      ...services,
    });
    const understood = readSettings({ ...workerEnvironment(settings), ...stores });
    expect(understood).toMatchObject({
      jobTimeoutMs: 120_000,
      drainTimeoutMs: 7_000,
      batchSize: 9,
      vectorDim: 33,
      maxChunkTokens: 100,
      chunkOverlapTokens: 10,
      logLevel: 'WARNING',
      documentInstruction: 'passage: ',
      keepVersions: 7,
      keepRunDays: 8,
      keepDeliveryDays: 9,
      keepCrawlPageDays: 10,
      qdrantApiKey,
      caCertificate: root,
      ...read,
      collection: settings.collection,
      teiUrl: settings.gpuHost.teiUrl,
    });
  });

  test('has the same values when the variables with a default are left out', () => {
    const byDefault = workerEnvironment(parseSettings('dev', externalGpuHost));
    const required = rows.filter(({ isRequiredInWorker }) => isRequiredInWorker);
    const minimal = Object.fromEntries(
      ['WEBHOOK_COLLECTION', ...required.map(({ env }) => String(env))].map((name) => [
        name,
        byDefault[name],
      ]),
    );
    expect(Object.keys(minimal).length).toBeLessThan(Object.keys(byDefault).length);
    expect(readSettings({ ...minimal, ...stores })).toEqual(
      readSettings({ ...byDefault, ...stores }),
    );
  });

  test.each([
    'REDIS_URL',
    'WEBHOOK_DATABASE_URL',
    'WEBHOOK_COLLECTION',
    ...rows.flatMap(({ env, isRequiredInWorker }) => (isRequiredInWorker && env) || []),
  ])('is refused without %s, because a worker that guesses would use other data', (name) => {
    const rest = {
      ...workerEnvironment(parseSettings('dev', externalGpuHost)),
      ...stores,
      [name]: undefined,
    };
    expect(() => readSettings(rest)).toThrow(`- ${name} is missing`);
  });

  test('has a default of the worker itself only where no setting decides', () => {
    const decided = Object.keys(
      workerEnvironment(parseSettings('dev', { ...externalGpuHost, localEmbeddings: 'true' })),
    );
    const optional = rows.filter(({ default: fallback }) => fallback === undefined);
    const known = [...decided, ...optional.flatMap(({ env }) => env ?? []), ...Object.keys(stores)];
    expect(readByWorker.filter((name) => !known.includes(name)).toSorted()).toEqual([
      'HF_HOME',
      'WEBHOOK_HEARTBEAT_FILE',
      'WEBHOOK_KEYWORD_DIR',
      'WEBHOOK_STUCK_AFTER',
      'WEBHOOK_WEDGED_AFTER',
      'WEBHOOK_WORKER_NAME',
    ]);
  });
});

describe('an embedded GPU host', () => {
  const external = {
    teiUrl: 'http://10.9.9.9:1',
    qdrantUrl: 'http://10.9.9.9:2',
    ollamaUrl: 'http://10.9.9.9:3',
    qdrantApiKey: 'f3a1c97e0b5d4826a7c9e1f0d3b58264',
  };
  const traces = /100\.74\.16\.82|10\.9\.9\.9|f3a1c97e/;

  test('leaves no address or key of an external one in the environment of a worker', async () => {
    for (const texts of [{}, external]) {
      const overrides = { ...texts, gpuHost: 'embedded' };
      const declared = findNamed(await declareStack('dev', overrides), 'worker-1');
      const written = workerEnvironment(parseSettings('dev', overrides));
      expect(JSON.stringify(readEnvironment(declared))).not.toMatch(traces);
      expect(JSON.stringify(written)).not.toMatch(traces);
    }
  });

  test('is checked before an update as it is: the worker that is asked is told nothing else', () => {
    expect(
      preflightEnvironment(parseSettings('dev', { ...external, gpuHost: 'embedded' })),
    ).toEqual({});
  });
});

test('an external GPU host is checked before an update as the next release will use it', () => {
  expect(
    preflightEnvironment(parseSettings('dev', { ...externalGpuHost, teiUrl: 'http://10.9.9.9:1' })),
  ).toMatchObject({
    WEBHOOK_TEI_URL: 'http://10.9.9.9:1',
    WEBHOOK_EMBEDDING_MODEL: 'Qwen/Qwen3-Embedding-0.6B',
  });
});

test('an external GPU host is checked without what the next release has not', () => {
  const absent = (overrides: Readonly<Record<string, string>>) =>
    listAbsentVariables(parseSettings('dev', { ...externalGpuHost, ...overrides }));
  expect(absent({})).toEqual(expect.arrayContaining(['WEBHOOK_TEI_LOGIN', 'WEBHOOK_TEI_API_KEY']));
  expect(absent({ teiLogin: 'me:a-word' })).not.toContain('WEBHOOK_TEI_LOGIN');
  expect(absent({})).not.toContain('WEBHOOK_TEI_URL');
  expect(listAbsentVariables(parseSettings('dev', { gpuHost: 'embedded' }))).toEqual([]);
});
