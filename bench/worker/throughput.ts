import { setTimeout as pause } from 'node:timers/promises';

import { ofProcess } from '../processor-time.ts';
import { residentMiB } from './resident.ts';
import { openBenchStack } from './stack.ts';
import type { BenchStackOptions } from './stack.ts';
import { countIndexed, storePages } from './stored-pages.ts';

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
  await storePages(services, documents, report);
  const worker = await stack.worker();
  const idle = await stack.processorTime();
  const began = Date.now();
  let most = 0;
  for (let done = 0; done < documents;) {
    await pause(500);
    done = await countIndexed(services);
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
