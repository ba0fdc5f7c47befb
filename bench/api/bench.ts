import { setTimeout as pause } from 'node:timers/promises';

import { heapLimit } from '../../components/docker/heap-limit.ts';
import { startApi } from '../../test/harness/api-process.ts';
import type { ApiProcess } from '../../test/harness/api-process.ts';
import type { Bench, Report, Row } from '../row.ts';
import { residentMiB } from '../worker/resident.ts';
import { openBenchStack } from '../worker/stack.ts';
import type { BenchStack } from '../worker/stack.ts';
import { Client } from './client.ts';
import { intake, wantedPerSecond } from './intake.ts';
import { largePage } from './large-page.ts';
import type { Load } from './load.ts';
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
  const { perSecond, atHighest, asHooks, atHalf, asHooksAtHalf, atHalfBesideWorker } = taken;
  const { asHooksWanted } = taken;
  const lost = ({ sent, outcomes }: Load): string => `${sent - (outcomes['202'] ?? 0)}`;
  const times = ({ medianMs, p99Ms }: Times): string =>
    `${medianMs.toFixed(1)} ms, 99 of 100 in ${p99Ms.toFixed(1)} ms`;
  const row = (measured: string, is: string, wanted = ''): Row => ({ measured, is, wanted });
  return [
    row(
      'documents taken for 60 s, no worker',
      `${perSecond} a second`,
      `${wantedPerSecond} a second`,
    ),
    row('the same, refused or cut', lost(atHighest), '0'),
    row('the same, median', times(atHighest)),
    row('the same as signed hooks, refused or cut', lost(asHooks), '0'),
    row('the same as signed hooks, median', times(asHooks)),
    row(`signed hooks at ${wantedPerSecond} a second, refused or cut`, lost(asHooksWanted), '0'),
    row(`signed hooks at ${wantedPerSecond} a second, median`, times(asHooksWanted)),
    row(
      `documents at ${perSecond / 2} a second, no worker, median`,
      times(atHalf),
      '10 ms or less, 100 ms or less',
    ),
    row(
      `signed hooks at ${perSecond / 2} a second, no worker, median`,
      times(asHooksAtHalf),
      '10 ms or less, 100 ms or less',
    ),
    row('the documents beside a worker that works through all of them', times(atHalfBesideWorker)),
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
    row('resident when idle', `${idleMiB} MiB`, '120 MiB or less'),
    row('resident under the load of documents', `${taken.residentMiB} MiB`, '300 MiB or less'),
    row(
      `resident with ${largePagesAtOnce} pages of 10 MB at once`,
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

async function idle(api: ApiProcess): Promise<number> {
  await pause(settleMs);
  return residentMiB(api.pid);
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
