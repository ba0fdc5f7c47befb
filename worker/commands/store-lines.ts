import { PulseError } from '../errors.ts';
import { handleInFlight } from '../in-flight.ts';
import { submitDocument } from '../indexing/submit-document.ts';
import type { Submitted } from '../indexing/submit-document.ts';
import { readLines } from '../lines.ts';
import type { Line } from '../lines.ts';
import type { Services } from '../services.ts';
import type { Context } from './command.ts';

export interface RejectedLine {
  readonly line: number;
  readonly problem: string;
}

interface StoredLines {
  readonly accepted: number;
  readonly unchanged: number;
  /** In the order of the input. */
  readonly rejected: readonly RejectedLine[];
  /** Each once, in the order in which they were stored. */
  readonly documentIds: readonly string[];
}

/** The longest document that is accepted, in a script of three bytes a character. */
const maxLineBytes = 32 * 1024 * 1024;
/** A longer line is stored while no other is: see `handleInFlight`. */
const largeLineChars = 1_000_000;

/**
 * Reads JSON lines from standard input, and stores and enqueues each document.
 *
 * @throws PulseError when a store does not accept one; a line that is at fault itself is rejected
 */
export async function storeLines({
  services,
  stdin,
  startProgress,
}: Context): Promise<StoredLines> {
  const counts = { accepted: 0, unchanged: 0 };
  const rejected: RejectedLine[] = [];
  const documentIds = new Set<string>();
  const progress = startProgress('lines read');
  const store = async ({ number, text }: Line): Promise<void> => {
    if (text?.trim() === '') return;
    progress.update({ done: number });
    try {
      const { documentId, outcome } = await submitLine(services, text);
      counts[outcome] += 1;
      documentIds.add(documentId);
    } catch (error) {
      if (!isFaultOfLine(error)) throw error;
      rejected.push({ line: number, problem: error.message });
    }
  };
  const isLarge = ({ text }: Line): boolean => (text?.length ?? 0) > largeLineChars;
  try {
    await handleInFlight(readLines(stdin, maxLineBytes), { isLarge }, store);
  } finally {
    progress.end();
  }
  rejected.sort((one, other) => one.line - other.line);
  return { ...counts, rejected, documentIds: [...documentIds] };
}

async function submitLine(services: Services, text: string | undefined): Promise<Submitted> {
  if (text === undefined)
    throw new PulseError(
      'DOCUMENT_TOO_LARGE',
      'final',
      `longer than ${maxLineBytes / 1024 / 1024} MiB`,
    );
  return submitDocument(services, parseLine(text));
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PulseError('DOCUMENT_INVALID', 'final', 'not JSON', error);
  }
}

/** What is wrong with the line itself; any other fault is the stores', and ends the command. */
function isFaultOfLine(error: unknown): error is PulseError {
  return (
    error instanceof PulseError &&
    (error.code === 'DOCUMENT_INVALID' || error.code === 'DOCUMENT_TOO_LARGE')
  );
}
