import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { httpHealthCommand } from '../../../healthchecks/container.ts';
import { ollama } from '../../../healthchecks/ollama.ts';
import { runProbe } from '../../../healthchecks/probe.ts';
import { tei } from '../../../healthchecks/tei.ts';
import { startServer, type Server } from '../../harness/server.ts';

const model = 'sentence-transformers/all-MiniLM-L6-v2';

describe('the probe of a TEI that serves a real model', () => {
  let running: Server;
  beforeAll(async () => {
    running = await startServer({
      name: 'tei',
      port: 8080,
      command: ['--model-id', model, '--port', '8080'],
      check: httpHealthCommand(8080, '/health'),
    });
  });
  // One test stops it. Only who comes after waits for its model.
  beforeEach(async () => {
    await running.docker('start');
    await running.healthy();
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  const ask = (change: { model?: string; dimension?: number } = {}) =>
    runProbe(tei, { url: `http://${running.authority}`, model, dimension: 384, ...change });

  test('finds the model and an embedding of its dimension', async () => {
    expect(await ask()).toMatchObject({ ok: true, evidence: `${model}, 384 dimensions` });
  });

  test('reports another model and another dimension', async () => {
    expect(await ask({ model: 'Qwen/Qwen3-Embedding-0.6B' })).toMatchObject({ code: 'TEI_MODEL' });
    expect(await ask({ dimension: 1024 })).toMatchObject({
      code: 'TEI_DIMENSION',
      problem: 'the embedding has 384 numbers, configured are 1024',
    });
  });

  test('reports a stopped server as refusing connections', async () => {
    await running.docker('stop', '--time', '1');
    expect(await ask()).toMatchObject({
      code: 'TEI_REFUSED',
      problem: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the probe of an Ollama', () => {
  test('reports its version', async () => {
    await using running = await startServer({
      name: 'ollama',
      port: 11434,
      check: httpHealthCommand(11434, '/api/version'),
    });
    expect(await runProbe(ollama, { url: `http://${running.authority}` })).toMatchObject({
      ok: true,
      evidence: expect.stringMatching(/^Ollama \d/),
    });
  });
});
