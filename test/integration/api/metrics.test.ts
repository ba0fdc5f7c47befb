import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';

import { canaryHost } from '../../../shared/canary.ts';
import { gauges } from '../../../worker/metrics/gauges.ts';
import { totals } from '../../../worker/metrics/totals.ts';
import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { hasDebianPrograms, unpackDebianProgram } from '../../harness/debian-program.ts';
import { eventually } from '../../harness/eventually.ts';
import { crawlPage, deliver, record } from '../../harness/hooks.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi({ withWorker: true });
const search = (api: ApiProcess, query: string) =>
  api.ask('/api/search', { body: { query, mode: 'keyword' } });
const searchesOk = 'pulse_searches_total{mode="keyword",outcome="ok"}';

async function scrape(api = served.api): Promise<string> {
  const { status, headers, body } = await api.ask('/metrics', { key: keys.search });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return String(body['text']);
}

/** @returns the value of each series */
async function read(api = served.api): Promise<Map<string, number>> {
  const lines = (await scrape(api)).split('\n').filter((line) => line !== '' && line[0] !== '#');
  return new Map(
    lines.map((line) => {
      const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [series, value === '+Inf' ? Infinity : Number(value)];
    }),
  );
}

/** @returns what is counted, but for what asking adds to it */
async function readTotals(api: ApiProcess): Promise<Map<string, number>> {
  const names = totals.map(({ name }) => name).join('|');
  const isTotal = (series: string) => new RegExp(`^(${names})\\b|^(${names})_`).test(series);
  return new Map(
    [...(await read(api))].filter(
      ([series]) => isTotal(series) && !series.includes('route="/metrics"'),
    ),
  );
}

/** @returns a count, once Redis has told it in time */
const count = (series: string): Promise<number> =>
  eventually(`a value of ${series}`, async () => (await read()).get(series) ?? false);

beforeAll(async () => {
  // Else the search would be counted as one that failed.
  await eventually('an index that a worker made', async () =>
    expect(await served.api.ask('/api/facets')).toMatchObject({ status: 200 }),
  );
  const body = { url: 'https://metrics.example/1', text: 'granite' };
  await served.api.ask('/api/documents', { body });
  await deliver(served.api, crawlPage('crawl-1', record('https://metrics.example/2', 'basalt')));
  await deliver(served.api, '{}', { 'x-firecrawl-signature': `sha256=${'0'.repeat(64)}` });
  await search(served.api, 'granite');
  await served.api.ask('/api/no-such-route');
});

describe('the metrics', () => {
  test('count documents, searches, deliveries and requests by what became of them', async () => {
    await eventually('counts of the worker and of the API', async () =>
      expect(Object.fromEntries(await read())).toMatchObject({
        'pulse_documents{state="indexed"}': 2,
        'pulse_documents_ended_total{outcome="indexed",code=""}': 2,
        'pulse_documents_ended_total{outcome="failed",code="TEI_MODEL"}': 0,
        'pulse_time_to_searchable_seconds_count{by="keyword"}': 2,
        'pulse_time_to_searchable_seconds_bucket{by="meaning",le="+Inf"}': 2,
        'pulse_oldest_pending_seconds{stage="indexing"}': 0,
        [searchesOk]: 1,
        'pulse_searches_total{mode="semantic",outcome="error"}': 0,
        'pulse_search_duration_seconds_count{mode="keyword"}': 1,
        'pulse_search_leg_duration_seconds_count{leg="keyword"}': 1,
        'pulse_webhook_deliveries_total{source="firecrawl",event="page",outcome="stored"}': 1,
        'pulse_webhook_deliveries_total{source="firecrawl",event="unknown",outcome="signature"}': 1,
        'pulse_crawls{state="running"}': 1,
        'pulse_http_requests_total{route="/api/documents",method="POST",status="202"}': 1,
        'pulse_http_requests_total{route="/api/documents",method="POST",status="503"}': 0,
        'pulse_http_requests_total{route="none",method="GET",status="404"}': 1,
        'pulse_queue_jobs{queue="embedding",state="waiting"}': 0,
        'pulse_queue_limit{queue="indexing"}': Infinity,
        'pulse_queue_blocked{code="PAUSED"}': 0,
        'pulse_workers{state="consuming"}': 1,
        'pulse_dependency_up{service="redis"}': 1,
        'pulse_circuit_open{service="tei"}': 0,
      }),
    );
  });

  test('have no address, host or document in a label', async () => {
    expect(await scrape()).not.toMatch(/metrics\.example|127\.0\.0\.1|no-such-route/);
  });

  test.skipIf(!hasDebianPrograms)('are as promtool wants them, and have every name', async () => {
    // What does not answer in time is left out.
    const text = await eventually('every name', async () => {
      const all = await scrape();
      for (const { name } of totals) expect(all).toContain(`# TYPE ${name} `);
      return all;
    });
    const folder = await unpackDebianProgram('prometheus');
    const checking = promisify(execFile)(join(folder, 'usr/bin/promtool'), ['check', 'metrics']);
    checking.child.stdin?.end(text);
    expect(await checking).toEqual({ stdout: '', stderr: '' });
  });

  test('need a key', async () => {
    expect(await served.api.ask('/metrics', { key: null })).toMatchObject({ status: 401 });
  });
});

test('two replicas answer alike, without canaries, and what one has counted outlives it', async () => {
  const other = await served.stack.api();
  const before = await count(searchesOk);
  await Promise.all([search(served.api, 'granite'), search(other, 'basalt')]);
  const ofCanary = { query: 'granite', mode: 'keyword', filters: { domain: canaryHost } };
  await served.api.ask('/api/search', { body: ofCanary });
  await eventually('one number at both', async () => {
    const [one, two] = [await readTotals(served.api), await readTotals(other)];
    expect(one.get(searchesOk)).toBe(before + 2);
    expect(two).toEqual(one);
  });
  // Stopped in the moment in which the answer is there: its counts are not two seconds old.
  await search(other, 'granite');
  other.kill('SIGTERM');
  expect(await other.exited).toEqual({ code: 0, signal: null });
  expect(await count(searchesOk)).toBe(before + 3);
});

test('an emptied Redis is a reset to nothing', async () => {
  await served.stack.services.queues.redis.flushdb();
  expect(await count('pulse_documents_ended_total{outcome="indexed",code=""}')).toBe(0);
  await search(served.api, 'granite');
  await eventually('the next count', async () => expect((await read()).get(searchesOk)).toBe(1));
});

describe('while stores are away', () => {
  test.each([
    ['Redis', ['redis'], { redis: 0, postgres: 1, keywords: 1 }],
    ['Postgres', ['postgres'], { redis: 1, postgres: 0, keywords: 1 }],
    ['both', ['redis', 'postgres'], { redis: 0, postgres: 0, keywords: 1 }],
  ] as const)('%s: what the others know is told', async (_, away, up) => {
    const proxies = away.map((name) => served.stack.proxies[name]);
    try {
      // Connections stay and nothing comes back, which is the longest to wait for.
      await Promise.all(proxies.map((proxy) => proxy.silence()));
      await eventually('what those that are there know', async () => {
        const found = await read();
        for (const [service, value] of Object.entries(up))
          expect([service, found.get(`pulse_dependency_up{service="${service}"}`)]).toEqual([
            service,
            value,
          ]);
        if (up.postgres === 1) expect(found.has('pulse_documents{state="indexed"}')).toBe(true);
        // None, and not those of this process alone: that would look like a reset.
        expect(found.has(searchesOk)).toBe(up.redis === 1);
        expect(found.has('pulse_volume_free_bytes{volume="bm25"}')).toBe(true);
        expect(found.has('process_resident_memory_bytes{process="api-1"}')).toBe(true);
      });
    } finally {
      await Promise.all(proxies.map((proxy) => proxy.pass()));
    }
    await eventually('all of it again', async () => {
      const found = await read();
      expect(found.has(searchesOk) && found.has('pulse_documents{state="indexed"}')).toBe(true);
    });
  });
});

test('every gauge has a name that it shares with nothing else', () => {
  const names = [...gauges, ...totals].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
