import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { httpHealthCommand } from '../../../healthchecks/container.ts';
import { runProbe } from '../../../healthchecks/probe.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import { startServer, type Server } from '../../harness/server.ts';

describe('the probe of a real Qdrant engine', () => {
  let running: Server;
  beforeAll(async () => {
    running = await startServer({
      name: 'qdrant',
      port: 6333,
      check: httpHealthCommand(6333, '/readyz'),
    });
    const client = new QdrantClient({
      url: `http://${running.authority}`,
      checkCompatibility: false,
    });
    await client.createCollection('pulse-test-v1', { vectors: { size: 4, distance: 'Cosine' } });
    await client.updateCollectionAliases({
      actions: [{ create_alias: { collection_name: 'pulse-test-v1', alias_name: 'pulse-test' } }],
    });
    await client.upsert('pulse-test', {
      wait: true,
      points: [{ id: 1, vector: [1, 0, 0, 0], payload: {} }],
    });
    await client.createCollection('pulse-dot', { vectors: { size: 4, distance: 'Dot' } });
  });
  // One test stops it.
  beforeEach(async () => {
    await running.docker('start');
    await running.healthy();
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  const ask = (collection: string, dimension = 4) =>
    runProbe(qdrant, { url: `http://${running.authority}`, collection, dimension });

  test('sees the collection through its alias', async () => {
    expect(await ask('pulse-test')).toMatchObject({
      ok: true,
      evidence: '1 points of 4 dimensions, Cosine',
    });
  });

  test('reports a missing collection, another size and another distance', async () => {
    expect(await ask('pulse-elsewhere')).toMatchObject({ code: 'QDRANT_COLLECTION' });
    expect(await ask('pulse-test', 384)).toMatchObject({
      code: 'QDRANT_DIMENSION',
      problem: 'pulse-test takes vectors of 4, configured are 384',
    });
    expect(await ask('pulse-dot')).toMatchObject({ code: 'QDRANT_DISTANCE' });
  });

  test('reports a stopped server as refusing connections', async () => {
    await running.docker('stop');
    expect(await ask('pulse-test')).toMatchObject({
      code: 'QDRANT_REFUSED',
      problem: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
