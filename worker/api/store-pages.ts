import { furtherPart, PartsOfPages } from '../documents/record-part.ts';
import { PulseError } from '../errors.ts';
import { handleInFlight } from '../in-flight.ts';
import { submitPage } from '../indexing/submit-document.ts';
import type { SubmitDependencies } from '../indexing/submit-document.ts';
import { DetailedError } from './problems.ts';
import type { ReadPage, Refusal } from './read-pages.ts';

/** A page of many, which is read when it is its turn: before the next one is. */
export interface Entry {
  /** Its place among all, from 0. */
  readonly index: number;
  /** It is stored while no other is: see `handleInFlight`. */
  readonly isLarge: boolean;
  read(): Promise<ReadPage>;
}

export interface Item {
  readonly index: number;
  readonly outcome: 'accepted' | 'unchanged' | 'rejected';
  readonly id?: string;
  readonly code?: string;
  readonly detail?: string;
}

/** What became of many pages, as the caller is told. */
export interface Tally {
  accepted: number;
  unchanged: number;
  rejected: number;
  /** In the order of the input. */
  readonly items: Item[];
}

/**
 * Stores pages while they come in. A page that is at fault itself is rejected, and the others are
 * stored. Of several with one URL the last one counts.
 *
 * @param signal stops it; what was stored stays
 * @param wantsAll whether the items of pages that were stored are told too
 * @throws DetailedError with the tally so far, when a store or the input fails
 */
export async function storePages(
  dependencies: SubmitDependencies,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  signal: AbortSignal,
  wantsAll: boolean,
): Promise<Tally> {
  const tally: Tally = { accepted: 0, unchanged: 0, rejected: 0, items: [] };
  const store = async (entry: ReadEntry): Promise<void> => {
    const item = await storeEntry(dependencies, entry);
    tally[item.outcome] += 1;
    if (wantsAll || item.outcome === 'rejected') tally.items.push(item);
  };
  try {
    const handling = { isLarge: ({ isLarge }: ReadEntry) => isLarge, keyOf, signal };
    await handleInFlight(readInOrder(entries), handling, store);
  } catch (error) {
    throw new DetailedError(error, { fields: tally });
  } finally {
    tally.items.sort((one, other) => one.index - other.index);
  }
  return tally;
}

/** An entry with the page that was read. */
type ReadEntry = Pick<Entry, 'index' | 'isLarge'> & { readonly read: ReadPage };

async function* readInOrder(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
): AsyncGenerator<ReadEntry> {
  const parts = new PartsOfPages();
  for await (const entry of entries) {
    const { index, isLarge } = entry;
    const read = await entry.read().catch(toRefused);
    const isFurther = 'page' in read && parts.isFurther(read.part);
    yield { index, isLarge, read: isFurther ? refusedPart : read };
  }
}

const refusedPart: ReadPage = {
  refusal: { code: 'DOCUMENT_INVALID', detail: `document: ${furtherPart}` },
};

function keyOf({ read }: ReadEntry): string | undefined {
  return 'page' in read ? read.page.url : undefined;
}

async function storeEntry(
  dependencies: SubmitDependencies,
  { index, read }: ReadEntry,
): Promise<Item> {
  if ('refusal' in read) return { index, outcome: 'rejected', ...read.refusal };
  const { page, cleanMs } = read;
  const { documentId: id, outcome } = await submitPage(dependencies, page, { clean: cleanMs });
  return { index, outcome, id };
}

/** What cannot be read is refused as one that is read and wrong. */
function toRefused(error: unknown): { readonly refusal: Refusal } {
  if (!(error instanceof PulseError)) throw error;
  return { refusal: { code: error.code, detail: error.message } };
}
