import { cpus, release, totalmem } from 'node:os';

import { formatTable } from '../shared/table.ts';

/** One number of a benchmark, and the one that is wanted; both with their unit. */
export interface Row {
  readonly measured: string;
  readonly is: string;
  /** What the whole machine computed meanwhile: engine, containers, everything else that ran. */
  readonly processorTime?: string;
  readonly wanted: string;
}

/** Shows what a benchmark is doing, one line at a time. */
export type Report = (line: string) => void;

/** A benchmark: prints what it is doing, returns its numbers. */
export type Bench = (report: Report) => Promise<readonly Row[]>;

/** `Intel Xeon …, 2 cores, 24 GiB, Linux 6.1, Node 24.21.0`: numbers of others do not compare. */
export function describeMachine(): string {
  return [
    cpus()[0]?.model.trim() ?? 'unknown processor',
    `${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ].join(', ');
}

export function formatRows(rows: readonly Row[], json: boolean): string {
  return json
    ? JSON.stringify({ machine: describeMachine(), at: new Date().toISOString(), rows })
    : `${describeMachine()}\n\n${formatTable(rows)}`;
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
