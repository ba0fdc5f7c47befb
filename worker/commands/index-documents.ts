import { PulseError } from '../errors.ts';
import { submitDocument } from '../indexing/submit-document.ts';
import type { Services } from '../services.ts';
import { readLines } from './lines.ts';

export interface IndexResult {
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: { readonly line: number; readonly problem: string }[];
  /** Only with --wait: documents among them that failed. */
  readonly failed?: number;
}

/**
 * Documents stored at the same time: enough to hide Postgres's latency, few enough for its
 * connections.
 */
const inFlight = 4;
/** In bytes: the longest document that is accepted, in a script of three bytes a character. */
const longestLine = 32 * 1024 * 1024;
/**
 * In characters: beside a longer one no other is in flight, for each is several times in memory
 * while it is parsed and cleaned.
 */
const largeLine = 1_000_000;
const reportEveryMs = 2_000;

/**
 * Reads JSON lines, stores each page and rings for it; with `wait`, until each of them is indexed
 * or failed.
 */
export async function indexLines(
  services: Services,
  input: NodeJS.ReadableStream,
  wait: boolean,
  report: (line: string) => void,
): Promise<IndexResult> {
  const result = { accepted: 0, unchanged: 0, rejected: [] as { line: number; problem: string }[] };
  const documentIds = new Set<string>();
  const running = new Set<Promise<void>>();
  let reported = Date.now();
  let broken: unknown;
  for await (const { number, text } of readLines(input as AsyncIterable<Buffer>, longestLine)) {
    if (text?.trim() === '') continue;
    if (broken !== undefined) throw broken;
    while (running.size >= ((text?.length ?? 0) > largeLine ? 1 : inFlight))
      await Promise.race(running);
    const one: Promise<void> = accept(services, text)
      .then(
        ({ documentId, outcome }) => {
          result[outcome] += 1;
          documentIds.add(documentId);
        },
        (error: unknown) => {
          if (isFaultOfLine(error)) result.rejected.push({ line: number, problem: error.message });
          else broken = error;
        },
      )
      .finally(() => running.delete(one));
    running.add(one);
    if (Date.now() - reported > reportEveryMs) {
      reported = Date.now();
      report(`${number} read`);
    }
  }
  await Promise.all(running);
  if (broken !== undefined) throw broken;
  result.rejected.sort((one, other) => one.line - other.line);
  return wait ? { ...result, failed: await waitFor(services, [...documentIds], report) } : result;
}

/** What is wrong with the line itself; what the stores say ends the command. */
function isFaultOfLine(error: unknown): error is PulseError {
  return (
    error instanceof PulseError &&
    (error.code === 'DOCUMENT_INVALID' || error.code === 'DOCUMENT_TOO_LARGE')
  );
}

async function accept(
  services: Services,
  text: string | undefined,
): Promise<Awaited<ReturnType<typeof submitDocument>>> {
  if (text === undefined)
    throw new PulseError(
      'DOCUMENT_TOO_LARGE',
      'final',
      `longer than ${longestLine / 1024 / 1024} MiB`,
    );
  return submitDocument(services, parsed(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PulseError('DOCUMENT_INVALID', 'final', 'not JSON', error);
  }
}

async function waitFor(
  { records }: Services,
  documentIds: readonly string[],
  report: (line: string) => void,
): Promise<number> {
  let reported = Date.now();
  for (;;) {
    const { pending, indexed, failed } = await records.states(documentIds);
    if (pending === 0) return failed;
    if (Date.now() - reported > reportEveryMs) {
      reported = Date.now();
      report(
        `${indexed} of ${documentIds.length} indexed${failed > 0 ? `, ${failed} failed` : ''}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
