import { createInterface } from 'node:readline';

import { submit } from '../pipeline.ts';
import type { Services } from '../services.ts';

export interface IndexResult {
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: { readonly line: number; readonly problem: string }[];
  /** Only with --wait: documents among them that failed. */
  readonly failed?: number;
}

/** Documents stored at the same time: enough to hide Postgres's latency, few enough for its connections. */
const inFlight = 4;
const reportEveryMs = 2_000;

/** Reads JSON lines, stores each page and rings for it; with `wait`, until each of them is indexed or failed. */
export async function indexLines(services: Services, input: NodeJS.ReadableStream, wait: boolean, report: (line: string) => void): Promise<IndexResult> {
  const result = { accepted: 0, unchanged: 0, rejected: [] as { line: number; problem: string }[] };
  const documentIds = new Set<string>();
  const running = new Set<Promise<void>>();
  let line = 0;
  let reported = Date.now();
  for await (const text of createInterface({ input })) {
    line += 1;
    if (text.trim() === '') continue;
    const place = line;
    const one: Promise<void> = accept(services, text).then(
      ({ documentId, outcome }) => { result[outcome] += 1; documentIds.add(documentId); },
      (error: Error) => { if (isFaultOfLine(error)) result.rejected.push({ line: place, problem: error.message }); else throw error; },
    ).finally(() => running.delete(one));
    running.add(one);
    if (running.size >= inFlight) await Promise.race(running);
    if (Date.now() - reported > reportEveryMs) { reported = Date.now(); report(`${line} read`); }
  }
  await Promise.all(running);
  return wait ? { ...result, failed: await waitFor(services, [...documentIds], report) } : result;
}

class LineFault extends Error {}
const isFaultOfLine = (error: Error): boolean => error instanceof LineFault;

async function accept(services: Services, text: string): Promise<Awaited<ReturnType<typeof submit>>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LineFault('not JSON');
  }
  return submit(services, value).catch((error: Error & { code?: unknown }) => {
    // What the stores say carries a code; what is wrong with the page does not.
    throw error.code === undefined ? new LineFault(error.message) : error;
  });
}

async function waitFor({ records }: Services, documentIds: readonly string[], report: (line: string) => void): Promise<number> {
  let reported = Date.now();
  for (;;) {
    const { pending, indexed, failed } = await records.states(documentIds);
    if (pending === 0) return failed;
    if (Date.now() - reported > reportEveryMs) { reported = Date.now(); report(`${indexed} of ${documentIds.length} indexed${failed > 0 ? `, ${failed} failed` : ''}`); }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
