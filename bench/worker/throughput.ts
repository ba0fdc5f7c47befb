import { setTimeout as pause } from 'node:timers/promises';

import { submitDocument } from '../../worker/indexing/submit-document.ts';
import type { Services } from '../../worker/services.ts';
import { ofProcess } from '../processor-time.ts';
import { page } from './pages.ts';
import { residentMiB } from './resident.ts';
import { openBenchStack } from './stack.ts';
import type { BenchStackOptions } from './stack.ts';

/** Pages stored at the same time, as `./pulse index` does it. */
const inFlight = 8;
const slice = 100;

export interface Throughput {
  readonly documents: number;
  readonly chunksEach: number;
  readonly perSecond: number;
  /** Milliseconds a document, over the first and the last hundred documents that got vectors. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Largest resident size seen, MiB. */
  readonly residentMiB: number;
  /** Processor time a document costs in each part, milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** How long a document waits for each step, milliseconds; several documents wait at once. */
  readonly stepMs: Readonly<Record<string, number>>;
}

/**
 * Indexes pages that already wait, with one worker process. It times the worker from its first job
 * to the last vector.
 */
export async function throughput(
  documents: number,
  options: BenchStackOptions,
  report: (line: string) => void,
): Promise<Throughput> {
  await using stack = await openBenchStack(options);
  const { services } = stack;
  await store(services, documents, report);
  const worker = await stack.worker();
  const idle = await stack.processorTime();
  const began = Date.now();
  let most = 0;
  for (let done = 0; done < documents;) {
    await pause(500);
    done = await indexed(services);
    most = Math.max(most, await residentMiB(worker.pid));
    if ((Date.now() - began) % 5_000 < 500) {
      const perSecond = Math.round((done / (Date.now() - began)) * 1000);
      report(`${done} of ${documents} indexed, ${perSecond} a second`);
    }
  }
  const used = { worker: await ofProcess(worker.pid), ...(await stack.processorTime()) };
  const cpuMs = Object.fromEntries(
    Object.entries(used).map(([part, ms]) => [
      part,
      (ms - (idle[part as keyof typeof idle] ?? 0)) / documents,
    ]),
  );
  const { rows } = await services.pool.query<{ at: Date }>(
    'SELECT vectors_at AS at FROM versions ORDER BY vectors_at',
  );
  const times = rows.map(({ at }) => at.getTime());
  const [chunks] = (
    await services.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM chunks')
  ).rows;
  const steps = (
    await services.pool.query<{ step: string; ms: number }>(
      `SELECT step, avg(ms::float8) AS ms
       FROM runs, jsonb_each_text(timings) AS one(step, ms)
       WHERE outcome = 'done' GROUP BY step
       ORDER BY array_position(ARRAY['clean', 'chunk', 'keyword', 'embed', 'upsert'], step)`,
    )
  ).rows;
  const first = times[0] as number;
  const last = times.at(-1) as number;
  return {
    documents,
    chunksEach: (chunks?.count ?? 0) / documents,
    perSecond: ((documents - 1) / (last - first)) * 1000,
    firstMs: ((times[slice] as number) - first) / slice,
    lastMs: (last - (times.at(-1 - slice) as number)) / slice,
    residentMiB: most,
    cpuMs,
    stepMs: Object.fromEntries(steps.map(({ step, ms }) => [step, ms])),
  };
}

async function store(
  services: Services,
  documents: number,
  report: (line: string) => void,
): Promise<void> {
  let next = 0;
  const began = Date.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < documents) await submitDocument(services, page(next++));
    }),
  );
  report(
    `${documents} pages stored and waiting after ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
}

async function indexed({ pool }: Services): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM versions WHERE state = 'indexed'",
  );
  return rows[0]?.count ?? 0;
}
