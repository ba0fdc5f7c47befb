import { describe, expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import { workerEnvironment } from '../../../settings/environment.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { environment as workerSchema, readSettings } from '../../../worker/settings.ts';
import { readEnvironment, findNamed } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const variables = Object.keys(workerSchema.shape);
const told = Object.values(settingRows).flatMap(({ env }) => env ?? []);

describe('the environment of a worker', () => {
  test('is one that the worker itself accepts, in every mode of the GPU host', async () => {
    for (const gpuHost of ['embedded', 'external']) {
      const declared = readEnvironment(
        findNamed(await declareStack('dev', { gpuHost }), 'worker-1'),
      );
      expect(() => readSettings(declared)).not.toThrow();
    }
  });

  test('holds no variable that the worker does not read', async () => {
    const { NODE_OPTIONS: _node, ...declared } = readEnvironment(
      findNamed(await declareStack('dev'), 'worker-1'),
    );
    expect(variables).toEqual(expect.arrayContaining(Object.keys(declared)));
  });

  test('carries each setting that names a variable, and the worker understands it as the stack does', () => {
    expect(variables).toEqual(expect.arrayContaining(told));
    const qdrantApiKey = 'f3a1c97e0b5d4826a7c9e1f0d3b58264';
    const settings = parseSettings('dev', {
      indexingJobTimeout: '2m',
      drainTimeout: '7s',
      workerBatchSize: '9',
      vectorDim: '33',
      maxChunkTokens: '100',
      chunkOverlapTokens: '10',
      logLevel: 'WARNING',
      qdrantApiKey,
    });
    const understood = readSettings({
      ...workerEnvironment(settings),
      REDIS_URL: 'redis://r:1',
      WEBHOOK_DATABASE_URL: 'postgresql://p:1/d',
    });
    expect(understood).toMatchObject({
      jobTimeoutMs: 120_000,
      drainTimeoutMs: 7_000,
      batchSize: 9,
      vectorDim: 33,
      maxChunkTokens: 100,
      chunkOverlapTokens: 10,
      logLevel: 'WARNING',
      qdrantApiKey,
      collection: settings.collection,
      teiUrl: settings.gpuHost.teiUrl,
    });
  });

  test('has a default in the worker only where no setting decides', () => {
    const undecided = [
      'WEBHOOK_STUCK_AFTER',
      'WEBHOOK_WEDGED_AFTER',
      'WEBHOOK_WORKER_NAME',
      'WEBHOOK_KEYWORD_DIR',
      'WEBHOOK_HEARTBEAT_FILE',
      'HF_HOME',
      'HF_ENDPOINT',
    ];
    const wired = [
      'REDIS_URL',
      'WEBHOOK_DATABASE_URL',
      'WEBHOOK_COLLECTION',
      'WEBHOOK_LOCAL_TEI_URL',
    ];
    expect(
      variables.filter((name) => !told.includes(name) && !undecided.includes(name)).sort(),
    ).toEqual(wired.sort());
  });
});
