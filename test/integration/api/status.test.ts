import { describe, expect, test } from 'vitest';

import type { Report } from '../../../healthchecks/verify.ts';
import { canaryHost } from '../../../shared/canary.ts';
import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { readScheduledTask } from '../../../worker/records/scheduled-tasks.ts';
import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { eventually } from '../../harness/eventually.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const hops = [
  'submit',
  'keyword index',
  'keyword search',
  'vectors',
  'semantic search',
  'remove',
].map((name) => ({ name, ok: true, code: null }));

const verify = (api: ApiProcess, body: object = {}) => api.ask('/api/verify', { body });
const canaryOf = (stack: TestStack) => readScheduledTask(stack.services.pool, 'canary');
/** The first look of a process may take its time on a busy machine: until then it says so. */
const status = (api: ApiProcess) =>
  eventually('a first look', async () => {
    const answer = await api.ask('/api/status', { key: keys.search });
    expect(answer.status).toBe(200);
    return answer.body as Record<string, never>;
  });

/** Lets no document come in meanwhile, so that no canary comes to its end. */
async function holdingDocuments<T>({ services }: TestStack, act: () => Promise<T>): Promise<T> {
  const client = await services.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('LOCK TABLE documents IN SHARE MODE');
    return await act();
  } finally {
    await client.query('COMMIT');
    client.release();
  }
}

/** No list shows a canary, so the table itself is read. */
const storedCanaries = async ({ services: { pool } }: TestStack) =>
  (await pool.query('SELECT FROM documents WHERE url LIKE $1', [`%${canaryHost}%`])).rowCount;

describe('workers', () => {
  test('are listed with their memory and their starts, and as many as the stack declares', async () => {
    await using stack = await openTestStack();
    const named = { WEBHOOK_WORKER_NAME: 'granite' };
    const [api] = await Promise.all([stack.api(), stack.worker(named)]);
    const list = async () => (await api.ask('/api/workers', { key: keys.search })).body;
    const worker = {
      name: 'granite',
      consuming: true,
      active: { indexing: 0, embedding: 0 },
      holdsBack: [],
      memoryMiB: expect.any(Number),
      starts15m: 1,
    };
    await eventually('a heartbeat', async () =>
      expect(await list()).toMatchObject({ expected: null, items: [worker] }),
    );
    await runCommandLine(stack.environment, ['verify', '--no-canary', '--replicas', '2']);
    await stack.worker(named);
    await eventually('a second start', async () =>
      expect(await list()).toMatchObject({ expected: 2, items: [{ ...worker, starts15m: 2 }] }),
    );
  });
});

describe('a verification on request', () => {
  test('sends a canary through everything, is the only one, and is shown', async () => {
    await using stack = await openTestStack();
    const [api, other] = await Promise.all([stack.api(), stack.api(), stack.worker()]);
    // The worker makes the collection, and then says that it takes jobs.
    await eventually('a collection and a heartbeat', async () => {
      const { checks } = (await verify(api, { canary: false })).body as unknown as Report;
      for (const name of ['qdrant', 'workers'])
        expect(checks.find((one) => one.name === name)).toMatchObject({ ok: true });
    });
    const asked = await holdingDocuments(stack, async () => {
      const both = [verify(api), verify(other)] as const;
      expect(await Promise.race(both)).toMatchObject({
        status: 409,
        body: { code: 'API_CONFLICT' },
      });
      return both;
    });
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 409]));
    const good = answers.find((answer) => answer.status === 200)!;
    const { checks } = good.body as unknown as Report;
    expect(checks.find(({ name }) => name === 'canary')).toMatchObject({ ok: true, hops });
    expect(await canaryOf(stack)).toMatchObject({
      state: 'done',
      problem: null,
      result: { found: 'both ways', away: [], passedAt: good.body['verifiedAt'], hops },
    });
    const third = await stack.api({ WEBHOOK_CANARY_INTERVAL: 'off' });
    // What does not answer a look in time is unknown until the next.
    await eventually('a look at everything', async () =>
      expect(await status(third)).toMatchObject({
        checks: [
          { name: 'postgres', ok: true },
          { name: 'redis', ok: true },
          { name: 'tei', ok: true },
          { name: 'qdrant', ok: true },
          { name: 'ollama' },
          { name: 'workers', ok: true },
        ],
        workers: { items: [{ consuming: true }] },
        queue: { why: { moving: true }, queues: { indexing: { waiting: 0 } } },
        circuits: { tei: { state: 'closed' }, qdrant: { state: 'closed' } },
        volumes: [{ volume: 'bm25', freeBytes: expect.any(Number) }],
        canary: { intervalSeconds: null, found: 'both ways', hops },
        deliveries: [],
        unknown: [],
      }),
    );
    await eventually('a canary that is off', async () =>
      expect(await canaryOf(stack)).toMatchObject({ state: 'off', nextAt: null }),
    );
  });

  test('removes the canaries that a killed one left, and no younger ones', async () => {
    await using stack = await openTestStack();
    const [api] = await Promise.all([stack.api(), stack.worker()]);
    const [left, young] = ['left', 'young'].map((name) => `https://${canaryHost}/${name}`);
    for (const url of [left!, young!]) await stack.intake.submit({ url, text: 'granite' });
    await stack.services.pool.query(
      "UPDATE documents SET created_at = now() - interval '11 minutes' WHERE id = $1",
      [documentIdOf(left!)],
    );
    await verify(api);
    expect(await storedCanaries(stack)).toBe(1);
  });

  test('without a canary leaves the last one as it is, and says what is away', async () => {
    await using stack = await openTestStack();
    const api = await stack.api();
    await stack.proxies.postgres.refuse();
    const { status: code, body } = await verify(api, { canary: false });
    expect([code, body['ok']]).toEqual([200, false]);
    expect(body['checks']).toMatchObject([{ name: 'postgres', ok: false }, {}, {}, {}, {}, {}]);
    const withCanary = await verify(api);
    expect(withCanary.body['checks']).toContainEqual(
      expect.objectContaining({ name: 'canary', code: 'CANARY_NOT_TRIED' }),
    );
    await stack.proxies.postgres.pass();
    expect((await canaryOf(stack))?.ranAt ?? null).toBeNull();
  });
});

describe('the canary by the clock', () => {
  test('passes by keyword while the GPU host is away, says so, and leaves nothing', async () => {
    await using stack = await openTestStack();
    await stack.proxies.tei.refuse();
    const often = { WEBHOOK_CANARY_INTERVAL: '10ms' };
    await Promise.all([stack.api(often), stack.api(often), stack.worker()]);
    await eventually('a canary', async () =>
      expect(await canaryOf(stack)).toMatchObject({
        problem: null,
        result: {
          found: 'by keyword; its vectors wait',
          away: ['tei'],
          passedAt: expect.any(String),
          hops: [
            ...hops.slice(0, 3),
            { name: 'vectors', ok: false, code: 'CANARY_VECTORS_PENDING' },
            { name: 'remove', ok: true },
          ],
        },
      }),
    );
    const { stdout } = await runCommandLine(stack.directEnv, ['schedule']);
    expect(stdout).toMatch(/^canary .*submit \d+ ms.*found by keyword; its vectors wait/m);
    expect(await storedCanaries(stack)).toBeLessThanOrEqual(1);
  });
});

describe('the status', () => {
  test('is what a replica saw by the clock, whoever asks and however often', async () => {
    await using stack = await openTestStack();
    const api = await stack.api();
    const ask = (headers = {}) =>
      fetch(`${api.url}/api/status`, {
        headers: { authorization: `Bearer ${keys.search}`, ...headers },
      });
    const etag = await eventually('a first look', async () => {
      const first = await ask();
      expect(first.status).toBe(200);
      return first.headers.get('etag')!;
    });
    const looked = stack.tei.calls;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask({ 'if-none-match': etag })),
    );
    // At most one look of the clock came between.
    expect(stack.tei.calls - looked).toBeLessThanOrEqual(1);
    const known = answers.filter((answer) => answer.status === 304);
    expect(known.length).toBeGreaterThan(0);
    expect(await known[0]!.text()).toBe('');
    expect((await ask({ 'if-none-match': '"another"' })).status).toBe(200);
  });

  test('says what is away, and shows the rest', async () => {
    await using stack = await openTestStack();
    await stack.proxies.redis.refuse();
    const api = await stack.api();
    await eventually('a look that what is there has answered', async () => {
      const seen = await status(api);
      expect(seen).toMatchObject({ workers: null, queue: null, deliveries: [] });
      expect(seen['checks']).toContainEqual(
        expect.objectContaining({ name: 'redis', ok: false, code: 'REDIS_REFUSED' }),
      );
      expect(seen['unknown']).toContainEqual(
        expect.objectContaining({ part: 'workers', code: expect.stringMatching(/^REDIS_/) }),
      );
    });
  });
});
