import { describe, expect, test } from 'vitest';

import { canary } from '../../../healthchecks/canary.ts';
import type { Pipeline } from '../../../healthchecks/pipeline.ts';
import { runProbeWithFindings } from '../../../healthchecks/probe.ts';
import { fakePipeline, never, waiting, withoutVectors } from './fake-pipeline.ts';
import { patienceMs } from './patient.ts';

/** Of a canary that ends by its limit. */
const limitMs = 250;

async function fly(
  broken: Partial<Pipeline> = {},
  { waitMs = patienceMs, vectorsExpected = true } = {},
) {
  const { pages, pipeline } = fakePipeline(broken);
  const target = { pipeline, waitMs, vectorsExpected };
  const { check, found = [] } = await runProbeWithFindings(canary, target);
  return {
    check,
    left: pages.size,
    hops: found.map(({ name, ok }) => (ok ? name : `${name} FAILED`)),
  };
}

const wholeWay = [
  'submit',
  'keyword index',
  'keyword search',
  'vectors',
  'semantic search',
  'remove',
];

describe('a canary', () => {
  test('passes the whole pipeline, is found by both searches and is removed, every hop timed', async () => {
    const { check, left, hops } = await fly();
    expect(hops).toEqual(wholeWay);
    expect(check).toMatchObject({
      ok: true,
      evidence: expect.stringMatching(/^submit \d+ ms, .* remove \d+ ms$/),
    });
    expect(left).toBe(0);
  });

  test('is a different document each time', async () => {
    const urls: string[] = [];
    const submit: Pipeline['submit'] = async ({ url }) => (urls.push(url), { documentId: url });
    await fly({ submit });
    await fly({ submit });
    expect(new Set(urls).size).toBe(2);
  });

  test('is searched by one word that consists of letters only', async () => {
    const queries: string[] = [];
    await fly({ search: async (query, mode) => (mode === 'keyword' && queries.push(query), []) });
    expect(queries[0]).toMatch(/^canary[a-p]{32}x$/);
  });

  test('waits for a worker and goes on when one indexes it', async () => {
    let looks = 0;
    const { check } = await fly({
      state: async () => ({ keyword: ++looks > 1, vectors: looks > 2 }),
    });
    expect(check.ok).toBe(true);
  });
});

describe('a canary is removed even when', () => {
  test('no worker indexes it, and its report counts the queues', async () => {
    const { check, left, hops } = await fly({ state: async () => waiting }, { waitMs: limitMs });
    expect(check).toMatchObject({
      code: 'CANARY_NOT_INDEXED',
      problem: 'keyword index: not there in time; indexing: 12 waiting, 4 active',
    });
    expect(hops).toEqual(['submit', 'keyword index FAILED', 'remove']);
    expect(left).toBe(0);
  });

  test('an operator has paused the queue, which is said at once', async () => {
    const paused = { state: async () => waiting, isPaused: async () => true };
    const { check, left, hops } = await fly(paused);
    expect(check).toMatchObject({
      code: 'CANARY_PAUSED',
      problem: 'keyword index: the queue is paused by an operator',
    });
    expect(hops).toEqual(['submit', 'keyword index FAILED', 'remove']);
    expect(left).toBe(0);
  });

  test('the queue is paused, unless that fails, which is the fault of then', async () => {
    const remove = () => Promise.reject(new Error('read-only'));
    const { check } = await fly({
      state: async () => waiting,
      isPaused: async () => true,
      remove,
    });
    expect(check).toMatchObject({
      code: 'CANARY_LEFT_BEHIND',
      problem: expect.stringContaining('remove: read-only'),
    });
  });

  test('its state cannot be read', async () => {
    const { check, left } = await fly({ state: never }, { waitMs: limitMs });
    expect(check).toMatchObject({ code: 'CANARY_NOT_INDEXED' });
    expect(left).toBe(0);
  });

  test('a worker fails on it, and its report gives the reason', async () => {
    const failed = { code: 'TEI_DIMENSION', reason: '383 numbers' };
    const { check, left } = await fly({ state: async () => ({ ...withoutVectors, failed }) });
    expect(check).toMatchObject({
      code: 'CANARY_FAILED',
      problem: 'vectors: TEI_DIMENSION: 383 numbers',
    });
    expect(left).toBe(0);
  });

  test.each(['keyword', 'semantic'])('the %s search does not find it', async (blind) => {
    const search: Pipeline['search'] = async (query, mode) =>
      mode === blind ? [{ url: 'https://elsewhere' }] : whole.pipeline.search(query, mode);
    const whole = fakePipeline();
    const { check } = await fly({ ...whole.pipeline, search });
    expect(check).toMatchObject({
      code: 'CANARY_NOT_FOUND',
      problem: `${blind} search: 1 other results`,
    });
    expect(whole.pages.size).toBe(0);
  });

  test('its vectors do not arrive in time', async () => {
    const state = async () => withoutVectors;
    const { check, left, hops } = await fly({ state }, { waitMs: limitMs });
    expect(check).toMatchObject({ ok: false, code: 'CANARY_VECTORS_PENDING' });
    expect(hops).toEqual(['submit', 'keyword index', 'keyword search', 'vectors FAILED', 'remove']);
    expect(left).toBe(0);
  });

  test('a submit exceeds the time limit and stores it late', async () => {
    const { pages, pipeline } = fakePipeline();
    const submit: Pipeline['submit'] = (page) =>
      new Promise((resolve) => setTimeout(() => resolve(pipeline.submit(page)), limitMs + 150));
    const { check } = await fly({ ...pipeline, submit }, { waitMs: limitMs });
    expect(check).toMatchObject({ code: 'CANARY_REJECTED' });
    expect(pages.size).toBe(0);
  });
});

describe('a canary that expects no vectors', () => {
  const without = { vectorsExpected: false };

  test('does not wait for them while TEI or Qdrant is away', async () => {
    const { check } = await fly({ state: async () => withoutVectors }, without);
    expect(check).toMatchObject({
      code: 'CANARY_VECTORS_PENDING',
      problem: 'vectors: waits for the embedding server and Qdrant',
    });
  });

  test('passes the whole pipeline when they are back already', async () => {
    const { check, hops } = await fly({}, without);
    expect(check.ok).toBe(true);
    expect(hops).toEqual(wholeWay);
  });
});

describe('a canary that', () => {
  test('is not accepted is not removed either', async () => {
    const submit = () => Promise.reject(new Error('relation "documents" does not exist'));
    const { check, hops } = await fly({ submit });
    expect(check).toMatchObject({
      code: 'CANARY_REJECTED',
      problem: 'submit: relation "documents" does not exist',
    });
    expect(hops).toEqual(['submit FAILED']);
  });

  test('cannot be removed counts as failed', async () => {
    const { check } = await fly({ remove: () => Promise.reject(new Error('database is locked')) });
    expect(check).toMatchObject({
      ok: false,
      code: 'CANARY_LEFT_BEHIND',
      problem: 'remove: database is locked',
    });
  });

  test('fails twice reports both faults under the code of the first', async () => {
    const { check } = await fly({
      search: async () => [],
      remove: () => Promise.reject(new Error('database is locked')),
    });
    expect(check).toMatchObject({
      code: 'CANARY_NOT_FOUND',
      problem: expect.stringMatching(/keyword search: .*; remove: database is locked/),
    });
  });
});
