import { parseDocument } from '../documents/document.ts';
import type { Document } from '../documents/document.ts';
import { PulseError } from '../errors.ts';
import { handleInFlight } from '../in-flight.ts';
import { submitPage } from '../indexing/submit-document.ts';
import { roundMs } from '../measure.ts';
import type { Context } from './command.ts';
import { formatPlace, joinRejected } from './entries.ts';
import type { Entry, Place, Rejected } from './entries.ts';

/** A page that was stored, and then another one of its URL. */
export interface Replaced {
  readonly url: string;
  readonly by: string;
}

export interface Stored {
  readonly accepted: number;
  readonly unchanged: number;
  /** In the order of the input. */
  readonly rejected: readonly Rejected[];
  /** Accepted, and replaced by a later one of the same URL: how many, and the first ones. */
  readonly replaced: { readonly count: number; readonly first: readonly Replaced[] };
  /** Each once, in the order in which they were stored. */
  readonly documentIds: readonly string[];
}

/** A page that was checked and cleaned. */
interface ReadEntry {
  readonly place: Place;
  readonly isLarge: boolean;
  readonly page: Document;
  readonly cleanMs: number;
}

/** More that follow each other with one problem are told in one: another kind of file has millions. */
const maxSingle = 1_000;
/** How many are told of those that another one replaced. */
const maxReplaced = 10;

/**
 * Stores and enqueues each document of the input. Of several with one URL the last one counts.
 *
 * @param what is counted, for the progress
 * @throws PulseError when a store does not accept one; an entry at fault itself is rejected
 */
export async function storeEntries(
  { services, startProgress }: Pick<Context, 'services' | 'startProgress'>,
  entries: AsyncIterable<Entry>,
  what: string,
): Promise<Stored> {
  const counts = { accepted: 0, unchanged: 0 };
  const rejected: Rejected[] = [];
  const replaced = { count: 0, first: [] as Replaced[] };
  const documentIds = new Set<string>();
  const progress = startProgress(what);
  const store = async (entry: ReadEntry): Promise<void> => {
    const { page, cleanMs, place } = entry;
    const { documentId, outcome } = await submitPage(services, page, { clean: cleanMs });
    counts[outcome] += 1;
    if (outcome === 'accepted' && documentIds.has(documentId)) {
      replaced.count += 1;
      if (replaced.first.length < maxReplaced)
        replaced.first.push({ url: page.url, by: formatPlace(place) });
    }
    documentIds.add(documentId);
  };
  let count = 0;
  async function* readInOrder(): AsyncGenerator<ReadEntry> {
    for await (const entry of entries) {
      const { place } = entry;
      progress.update({ done: 'line' in place ? place.line : (count += 1) });
      const read = 'problem' in entry ? entry.problem : readEntry(entry.value);
      if (typeof read === 'string') addRejected(rejected, { ...place, problem: read });
      else yield { ...read, place, isLarge: 'isLarge' in entry && entry.isLarge };
    }
  }
  const handling = {
    isLarge: ({ isLarge }: ReadEntry) => isLarge,
    keyOf: ({ page }: ReadEntry) => page.url,
  };
  try {
    await handleInFlight(readInOrder(), handling, store);
  } finally {
    progress.end();
  }
  return { ...counts, rejected, replaced, documentIds: [...documentIds] };
}

/** @returns the fault of the value itself, in place of a page */
function readEntry(value: unknown): Pick<ReadEntry, 'page' | 'cleanMs'> | string {
  const startedMs = performance.now();
  try {
    const page = parseDocument(value);
    return { page, cleanMs: roundMs(performance.now() - startedMs) };
  } catch (error) {
    if (!(error instanceof PulseError) || error.code !== 'DOCUMENT_INVALID') throw error;
    return error.message;
  }
}

function addRejected(rejected: Rejected[], next: Rejected): void {
  const joined = rejected.length > maxSingle ? joinRejected(rejected.at(-1), next) : undefined;
  if (joined === undefined) rejected.push(next);
  else rejected[rejected.length - 1] = joined;
}
