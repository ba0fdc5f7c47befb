import { setTimeout as pause } from 'node:timers/promises';

import { CommandError } from '../../toolchain/command-error.ts';
import { submitDocument } from '../../worker/indexing/submit-document.ts';
import type { Services } from '../../worker/services.ts';
import type { Report } from '../row.ts';
import type { BenchStack } from '../worker/stack.ts';
import type { JudgedPage } from './pages.ts';
import type { PlainChunk } from './plain.ts';

/** Pages stored at the same time, as `./pulse index` does it. */
const inFlight = 8;
const pollMs = 1_000;
/** Polls between two lines of progress. */
const reportEvery = 10;

/**
 * Sends the pages of a set the way of every document, and waits until a worker has indexed them.
 *
 * @throws CommandError when a document fails
 */
export async function indexPages(
  stack: BenchStack,
  pages: readonly JudgedPage[],
  report: Report,
): Promise<void> {
  const { services } = stack;
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < pages.length)
        await submitDocument(services, (pages[next++] as JudgedPage).value);
    }),
  );
  report(`${pages.length} documents stored`);
  await using worker = await stack.worker();
  for (let poll = 1; ; poll += 1) {
    const { pending, failed, problems } = await countPending(services);
    if (failed > 0)
      throw new CommandError(`${failed} documents failed: ${problems}`, 'Explain the code.');
    if (pending === 0) break;
    if (!worker.isRunning)
      throw new CommandError('the worker ended before all was indexed', 'Run it again.');
    if (poll % reportEvery === 0) report(`${pages.length - pending} documents indexed`);
    await pause(pollMs);
  }
  worker.kill('SIGTERM');
  await worker.exited;
}

interface Pending {
  readonly pending: number;
  readonly failed: number;
  /** Codes and reasons of those that failed, each once. */
  readonly problems: string | null;
}

async function countPending({ pool }: Services): Promise<Pending> {
  const { rows } = await pool.query<Pending>(
    `SELECT count(*) FILTER (WHERE v.state = 'pending')::int AS pending,
       count(*) FILTER (WHERE v.state = 'failed')::int AS failed,
       string_agg(DISTINCT v.code || ' (' || v.reason || ')', ', ') AS problems
     FROM documents d JOIN versions v ON v.id = d.latest`,
  );
  return rows[0] as Pending;
}

/** @returns every chunk that the pipeline cut */
export async function readChunks({ pool }: Services): Promise<PlainChunk[]> {
  const { rows } = await pool.query<PlainChunk>(
    `SELECT d.url, v.page->>'title' AS title, c.headings, c.body AS text
     FROM chunks c JOIN documents d ON d.id = c.document_id JOIN versions v ON v.id = d.latest
     ORDER BY d.url, c.index`,
  );
  return rows;
}
