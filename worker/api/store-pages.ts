import { PulseError } from '../errors.ts';
import { submitPage } from '../indexing/submit-document.ts';
import type { SubmitDependencies } from '../indexing/submit-document.ts';
import { DetailedError } from './problems.ts';
import type { ReadPage, Refusal } from './read-pages.ts';

/** A page of many, which is read when it is its turn. */
export interface Entry {
  /** Its place among all, from 0. */
  readonly index: number;
  /** It is several times in memory while it is read and stored, so no other is meanwhile. */
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

/** Enough to hide the latency of Postgres, few enough for its connections. */
const maxInFlight = 4;

/**
 * Stores pages while they come in. A page that is at fault itself is rejected, and the others are
 * stored.
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
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const store = async (entry: Entry): Promise<void> => {
    try {
      const item = await storeEntry(dependencies, entry);
      tally[item.outcome] += 1;
      if (wantsAll || item.outcome === 'rejected') tally.items.push(item);
    } catch (error) {
      failures.push(error);
    }
  };
  try {
    for await (const entry of entries) {
      const limit = entry.isLarge ? 1 : maxInFlight;
      while (running.size >= limit) await Promise.race(running);
      if (failures.length > 0) break;
      signal.throwIfAborted();
      const one: Promise<void> = store(entry).finally(() => running.delete(one));
      running.add(one);
      if (entry.isLarge) await one;
    }
  } catch (error) {
    failures.push(error);
  }
  await Promise.all(running);
  tally.items.sort((one, other) => one.index - other.index);
  if (failures.length > 0) throw new DetailedError(failures[0], { fields: tally });
  return tally;
}

async function storeEntry(dependencies: SubmitDependencies, entry: Entry): Promise<Item> {
  const { index } = entry;
  const read = await entry.read().catch(toRefused);
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
