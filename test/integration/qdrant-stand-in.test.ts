import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { httpHealthCommand } from '../../healthchecks/container.ts';
import { eventually } from '../harness/eventually.ts';
import { startServer, type Server } from '../harness/server.ts';

const execute = promisify(execFile);
const id = (number: number) => `6e3a9b2c-1d2e-5f3a-8b4c-${String(number).padStart(12, '0')}`;
const pages = [1, 2, 3, 4].map((number) => ({
  id: id(number),
  vector: [number, 1, 1, 1],
  payload: {
    documentId: `d${number % 2}`,
    isMobile: number > 2,
    crawledAt: `2026-01-0${number}T00:00:00Z`,
  },
}));
const refusal = (status: number, error: string) => ({ status, data: { status: { error } } });

describe('the engine behind the embedded Qdrant', () => {
  let running: Server;
  let client: QdrantClient;
  beforeAll(async () => {
    running = await startServer({
      name: 'qdrant',
      port: 6333,
      check: httpHealthCommand(6333, '/readyz'),
    });
    client = new QdrantClient({ url: `http://${running.authority}`, checkCompatibility: false });
  });
  afterAll(() => running[Symbol.asyncDispose]());

  beforeEach(async () => {
    await client.deleteCollection('pages-v1');
    await client.createCollection('pages-v1', { vectors: { size: 4, distance: 'Cosine' } });
    await client.createPayloadIndex('pages-v1', {
      field_name: 'documentId',
      field_schema: 'keyword',
      wait: true,
    });
    await client.updateCollectionAliases({
      actions: [{ create_alias: { alias_name: 'pages', collection_name: 'pages-v1' } }],
    });
    await client.upsert('pages', { wait: true, points: pages });
  });

  test('finds the nearest points that match a filter', async () => {
    const { points } = await client.query('pages', {
      query: [1, 1, 1, 1],
      limit: 2,
      with_payload: ['documentId'],
      filter: { must: [{ key: 'documentId', match: { value: 'd1' } }] },
    });
    expect(points).toMatchObject([
      { id: id(1), score: expect.closeTo(1), payload: { documentId: 'd1' } },
      { id: id(3) },
    ]);
    expect(points[0]).not.toHaveProperty('vector');
  });

  test.for([
    ['a keyword', { must: [{ key: 'documentId', match: { any: ['d0', 'd9'] } }] }, 2],
    ['a boolean', { must: [{ key: 'isMobile', match: { value: true } }] }, 2],
    ['a date', { must: [{ key: 'crawledAt', range: { gte: '2026-01-02T00:00:00Z' } }] }, 3],
    ['an excluded id', { must_not: [{ has_id: [id(1)] }] }, 3],
    ['a missing field', { must: [{ is_empty: { key: 'language' } }] }, 4],
  ] as const)('counts points by %s', async ([, filter, expected]) => {
    expect(
      await client.count('pages', { filter: structuredClone(filter) as never, exact: true }),
    ).toEqual({ count: expected });
  });

  test('fuses the results of two prefetches by rank', async () => {
    const { points } = await client.query('pages', {
      prefetch: [
        { query: [4, 1, 1, 1], limit: 4 },
        { query: [1, 1, 1, 1], limit: 1 },
      ],
      query: { fusion: 'rrf' },
      limit: 4,
    });
    expect(points[0]?.id).toBe(id(1));
  });

  test('scrolls through all points, page by page', async () => {
    const first = await client.scroll('pages', { limit: 3, with_payload: false });
    const rest = await client.scroll('pages', {
      limit: 3,
      offset: first.next_page_offset as string,
    });
    expect([...first.points, ...rest.points].map((point) => point.id)).toEqual(
      pages.map((point) => point.id),
    );
    expect(rest.next_page_offset).toBeNull();
  });

  test('stores a point written twice once, and deletes points by filter', async () => {
    await client.upsert('pages', { wait: true, points: pages });
    await client.delete('pages', {
      wait: true,
      filter: { must: [{ key: 'documentId', match: { value: 'd1' } }] },
    });
    expect(await client.count('pages')).toEqual({ count: 2 });
  });

  test('moves an alias in one step, or not at all', async () => {
    await client.deleteCollection('pages-v2');
    const swap = () =>
      client.updateCollectionAliases({
        actions: [
          { delete_alias: { alias_name: 'pages' } },
          { create_alias: { alias_name: 'pages', collection_name: 'pages-v2' } },
        ],
      });
    await expect(swap()).rejects.toMatchObject(
      refusal(404, "Not found: Collection `pages-v2` doesn't exist!"),
    );
    expect(await client.getCollectionAliases('pages-v1')).toEqual({
      aliases: [{ alias_name: 'pages', collection_name: 'pages-v1' }],
    });
    await client.createCollection('pages-v2', { vectors: { size: 4, distance: 'Dot' } });
    await swap();
    expect(await client.count('pages')).toEqual({ count: 0 });
  });

  test('refuses what Qdrant refuses, with the same messages', async () => {
    await expect(
      client.upsert('pages', { points: [{ id: 1, vector: [1, 2, 3] }] }),
    ).rejects.toMatchObject(
      refusal(400, 'Wrong input: Vector dimension error: expected dim: 4, got 3'),
    );
    await expect(client.count('nowhere')).rejects.toMatchObject(
      refusal(404, "Not found: Collection `nowhere` doesn't exist!"),
    );
    await expect(
      client.createCollection('pages-v1', { vectors: { size: 4, distance: 'Cosine' } }),
    ).rejects.toMatchObject(refusal(409, 'Wrong input: Collection `pages-v1` already exists!'));
    await expect(client.query('pages', { query: [1, 1, 1, 1], limit: 0 })).rejects.toMatchObject({
      status: 422,
    });
  });

  test('keeps points, aliases and indexes through a SIGKILL', async () => {
    const container = await containerAt(running.authority);
    await execute('docker', ['kill', container]);
    await execute('docker', ['start', container]);
    const { stdout } = await execute('docker', ['port', container, '6333']);
    client = new QdrantClient({ url: `http://${stdout.trim()}`, checkCompatibility: false });
    await eventually('all four points', async () =>
      expect(await client.count('pages')).toEqual({ count: 4 }),
    );
    expect((await client.getCollection('pages')).payload_schema).toMatchObject({
      documentId: { data_type: 'keyword' },
    });
  });
});

async function containerAt(authority: string): Promise<string> {
  const { stdout } = await execute('docker', [
    'ps',
    '--quiet',
    '--filter',
    `publish=${authority.split(':')[1]}`,
  ]);
  return stdout.trim();
}
