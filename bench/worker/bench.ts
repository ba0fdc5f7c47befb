import { heapLimit } from '../../components/docker/heap-limit.ts';
import type { Bench, Row } from '../row.ts';
import { keywordSearch } from './keyword-search.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';
import type { Throughput } from './throughput.ts';

const documents = 5_000;
/** MiB, of a worker of prod. */
const prodMemory = 4_096;
/** About what a GPU takes for a batch of 32. */
const gpuDelayMs = 30;

/** Measures one worker process. */
export const workerBench: Bench = async (report) => {
  const instant = await throughput(documents, {}, report);
  const slower = await throughput(documents, { teiDelayMs: gpuDelayMs }, report);
  const large = await throughput(documents / 2, { heapMiB: heapLimit(prodMemory) }, report);
  const started = await start('default', report);
  const startedLarge = await start('large', report);
  const search = await keywordSearch(report);
  const row = (measured: string, is: string, wanted = ''): Row => ({ measured, is, wanted });
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return [
    row(
      `documents of ${instant.chunksEach.toFixed(1)} chunks, TEI instant`,
      `${instant.perSecond.toFixed(0)} a second`,
      '80 or more',
    ),
    row(
      `the same, TEI takes ${gpuDelayMs} ms a call`,
      `${slower.perSecond.toFixed(0)} a second`,
      '60 or more',
    ),
    row(
      'cost of the last 100 of 5,000, of the first 100',
      `${(instant.lastMs / instant.firstMs).toFixed(2)} x`,
      '1.2 x or less',
    ),
    row('resident under load', `${instant.residentMiB} MiB`, '300 MiB or less'),
    row(
      `the same with prod's heap, ${heapLimit(prodMemory)} MiB at most`,
      `${large.residentMiB} MiB`,
      '300 MiB or less',
    ),
    row('from start to taking jobs', `${Math.round(started.readyMs)} ms`, '1500 ms or less'),
    row('resident when idle', `${started.residentMiB} MiB`, '150 MiB or less'),
    row(
      "from start to taking jobs, tokenizer of Qwen3's size",
      `${Math.round(startedLarge.readyMs)} ms`,
      '1500 ms or less',
    ),
    row(
      "resident when idle, tokenizer of Qwen3's size",
      `${startedLarge.residentMiB} MiB`,
      '230 MiB or less',
    ),
    row(`keyword search at ${search.chunks} chunks, median`, ms(search.medianMs), '10 ms or less'),
    row(`keyword search at ${search.chunks} chunks, 95 of 100`, ms(search.p95Ms)),
    ...partsOf(instant).map(([part, value]) =>
      row(`processor time a document: ${part}`, ms(value)),
    ),
    ...Object.entries(instant.stepMs).map(([step, value]) =>
      row(`time a document waits for: ${step}`, ms(value)),
    ),
  ];
};

function partsOf({ cpuMs }: Throughput): [string, number][] {
  return [
    ...Object.entries(cpuMs),
    ['all', Object.values(cpuMs).reduce((sum, value) => sum + value, 0)],
  ];
}
