import { ofMachine } from '../processor-time.ts';
import { formatSeconds } from '../row.ts';
import type { Report, Row } from '../row.ts';

/** What is measured of every tool that deploys: the same names, so that rows can be compared. */
export const updates = {
  fromNothing: `from nothing to Postgres, Redis and 8 healthy replicas`,
  nothingToDo: 'update with nothing to do',
  oneReplicaMore: 'scale by one replica',
  allReplaced: 'replace all 8 in two waves',
  destroy: 'destroy',
} as const;

/** Measures steps that follow each other. */
export class Stopwatch {
  readonly rows: Row[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** @param limitSeconds what it should take at most on an idle machine */
  async time(measured: string, run: () => Promise<unknown>, limitSeconds?: number): Promise<void> {
    const machineBefore = await ofMachine();
    const began = performance.now();
    await run();
    const is = formatSeconds(performance.now() - began);
    const processorTime = formatSeconds((await ofMachine()) - machineBefore);
    const wanted = limitSeconds === undefined ? '' : `${limitSeconds} s or less`;
    this.rows.push({ measured, is, processorTime, wanted });
    this.#report(`${measured}: ${is}`);
  }
}
