import { setTimeout as pause } from 'node:timers/promises';

import { heapLimit } from '../../components/docker/heap-limit.ts';
import { startApi } from '../../test/harness/api-process.ts';
import type { ApiProcess } from '../../test/harness/api-process.ts';
import type { Bench, Report, Row } from '../row.ts';
import { anonymousMiB, residentMiB } from '../worker/resident.ts';
import { openBenchStack } from '../worker/stack.ts';
import type { BenchStack } from '../worker/stack.ts';
import { Client } from './client.ts';
import { intake } from './intake.ts';
import type { Held } from './intake.ts';
import { largePage } from './large-page.ts';
import { searchOverHttp } from './search.ts';
import type { Times } from './times.ts';
import { watchMemory } from './watch-memory.ts';

/** MiB, `apiMemory` of every stack that sets none. */
const apiMemory = 512;
/** After the start's garbage is collected. */
const settleMs = 15_000;
const largePagesAtOnce = 8;

/** Measures one API replica; stores, load and the worker run on the same machine. */
export const apiBench: Bench = async (report) => {
  const taken = await withReplica(report, intake);
  const found = await withReplica(report, searchOverHttp);
  const idleMiB = await withReplica(report, (_stack, api) => idle(api));
  const largeMiB = await withReplica(report, (_stack, api) => takeLargePages(api));
  const { documents, hooks, atHalfBesideWorker } = taken;
  const times = ({ medianMs, p99Ms }: Times): string =>
    `${medianMs.toFixed(1)} ms, 99 of 100 in ${p99Ms.toFixed(1)} ms`;
  const row = (measured: string, is: string, wanted = ''): Row => ({ measured, is, wanted });
  const rows = (what: string, { perSecond, atHighest, atHalf }: Held): readonly Row[] => [
    row(`${what} taken for 60 s, no worker`, `${perSecond} a second`, '500 a second'),
    row('the same, refused or cut', `${atHighest.sent - (atHighest.outcomes['202'] ?? 0)}`, '0'),
    row('the same, median', times(atHighest)),
    row(
      `${what} at ${perSecond / 2} a second, no worker, median`,
      times(atHalf),
      '10 ms or less, 100 ms or less',
    ),
  ];
  return [
    ...rows('signed hooks', hooks),
    ...rows('documents', documents),
    row('the same beside a worker that works through all of them', times(atHalfBesideWorker)),
    row(
      `search by keyword at ${found.chunks} chunks, median`,
      times(found.keyword),
      '10 ms or less, 50 ms or less',
    ),
    row(
      `the same beside ${found.largePages} pages of 10 MB, median`,
      times(found.keywordBesideLarge),
      '10 ms or less, 50 ms or less',
    ),
    row('hybrid search, median', times(found.hybrid)),
    row(
      'hybrid search without TEI and Qdrant, median',
      `${found.hybridOwnMs.toFixed(1)} ms`,
      '10 ms or less',
    ),
    row('memory when idle', `${idleMiB.anonymous} MiB`, '120 MiB or less'),
    row('the same with pages of files', `${idleMiB.resident} MiB`),
    row(
      'memory under the load of documents and hooks',
      `${taken.memoryMiB} MiB`,
      '300 MiB or less',
    ),
    row(
      `memory with ${largePagesAtOnce} pages of 10 MB at once`,
      `${largeMiB} MiB`,
      '300 MiB or less',
    ),
  ];
};

async function withReplica<Result>(
  report: Report,
  measure: (stack: BenchStack, api: ApiProcess, report: Report) => Promise<Result>,
): Promise<Result> {
  await using stack = await openBenchStack();
  await using api = await startApi({
    ...stack.environment,
    NODE_OPTIONS: `--max-old-space-size=${heapLimit(apiMemory)}`,
  });
  await api.ready;
  return await measure(stack, api, report);
}

async function idle(api: ApiProcess): Promise<{ anonymous: number; resident: number }> {
  await pause(settleMs);
  return { anonymous: await anonymousMiB(api.pid), resident: await residentMiB(api.pid) };
}

async function takeLargePages(api: ApiProcess): Promise<number> {
  using client = new Client(api);
  const memory = watchMemory(api.pid);
  const pages = Array.from({ length: largePagesAtOnce }, (_, number) => largePage(number));
  const outcomes = await Promise.all(
    pages.map((page) => client.postOutcome('/api/documents', page)),
  );
  if (outcomes.some((outcome) => outcome !== '202'))
    throw new Error(`pages of 10 MB were answered with ${outcomes.join(', ')}`);
  return await memory.stop();
}
