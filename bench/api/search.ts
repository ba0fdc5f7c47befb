import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { ApiProcess } from '../../test/harness/api-process.ts';
import type { Report } from '../row.ts';
import { page } from '../worker/pages.ts';
import type { BenchStack } from '../worker/stack.ts';
import { countIndexed, storePages } from '../worker/stored-pages.ts';
import { Client } from './client.ts';
import type { SendingSettings } from './send-large-pages.ts';
import { TimeRecorder } from './times.ts';
import type { Times } from './times.ts';

/** Six chunks each. */
const pages = 8_334;
const searches = 500;

export interface Searches {
  readonly chunks: number;
  readonly keyword: Times;
  /** While large pages come in, one after the other. */
  readonly keywordBesideLarge: Times;
  readonly largePages: number;
  readonly hybrid: Times;
  /** What a hybrid search takes beside TEI and Qdrant, at the median, milliseconds. */
  readonly hybridOwnMs: number;
}

/** Times searches over HTTP, one after the other, over 50,000 chunks that a worker indexed. */
export async function searchOverHttp(
  stack: BenchStack,
  api: ApiProcess,
  report: Report,
): Promise<Searches> {
  await indexPages(stack, report);
  using client = new Client(api);
  const keyword = await timeSearches(client, 'keyword');
  report(`keyword: p50 ${keyword.total.summarize().medianMs} ms`);
  const large = sendLargePages(api);
  const beside = await timeSearches(client, 'keyword');
  const largePages = await large.stop();
  report(
    `keyword beside ${largePages} pages of 10 MB: p50 ${beside.total.summarize().medianMs} ms`,
  );
  const hybrid = await timeSearches(client, 'hybrid');
  const { rows } = await stack.services.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM chunks',
  );
  return {
    chunks: rows[0]?.count ?? 0,
    keyword: keyword.total.summarize(),
    keywordBesideLarge: beside.total.summarize(),
    largePages,
    hybrid: hybrid.total.summarize(),
    hybridOwnMs: hybrid.own.summarize().medianMs,
  };
}

async function indexPages(stack: BenchStack, report: Report): Promise<void> {
  const { services } = stack;
  await storePages(services, pages, report);
  await using worker = await stack.worker();
  for (let done = 0; done < pages; await pause(1_000)) {
    if (!worker.isRunning) throw new Error('the worker ended before it had indexed all pages');
    done = await countIndexed(services);
    report(`${done} of ${pages} pages indexed`);
  }
  // As the worker would do in its first pause.
  while (await services.keywords.merge());
}

interface Timed {
  readonly total: TimeRecorder;
  /** Without what TEI and Qdrant took. */
  readonly own: TimeRecorder;
}

/** Queries of two to five words as the pages have them. */
async function timeSearches(client: Client, mode: 'keyword' | 'hybrid'): Promise<Timed> {
  const timed = { total: new TimeRecorder(), own: new TimeRecorder() };
  for (let number = 0; number < searches; number += 1) {
    const query = page(number * 7)
      .markdown.split(/\s+/)
      .slice(40, 42 + (number % 4))
      .join(' ');
    const began = performance.now();
    const { status, body } = await client.post('/api/search', { query, mode });
    const ms = performance.now() - began;
    if (status !== 200 || body['degraded'] !== false)
      throw new Error(`a search was answered with ${status}, ${JSON.stringify(body)}`);
    const { embedMs, vectorsMs } = body['took'] as Readonly<Record<string, number | null>>;
    timed.total.record(ms);
    timed.own.record(ms - (embedMs ?? 0) - (vectorsMs ?? 0));
  }
  return timed;
}

/** @returns what stops it and tells how many were taken */
function sendLargePages({ port }: ApiProcess): { stop(): Promise<number> } {
  const settings: SendingSettings = { port };
  const sender = new Worker(new URL('./send-large-pages.ts', import.meta.url), {
    workerData: settings,
  });
  const taken = once(sender, 'message') as Promise<[number]>;
  return {
    stop: async () => {
      sender.postMessage('stop');
      return (await taken)[0];
    },
  };
}
