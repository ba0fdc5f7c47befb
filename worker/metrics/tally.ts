import type { Counter, Histogram, LabelValues } from './definition.ts';

/** Increments by field of the totals in Redis. */
export type Increments = ReadonlyMap<string, number>;

/** The part of a histogram that is the sum of what was observed, in microseconds. */
export const sumPart = 'sum';
/** The bucket of what is above all bounds. */
export const overflowPart = '+Inf';
const microseconds = 1_000_000;

/**
 * What this process has counted and not yet added to the totals of the stack. It takes as much
 * memory as there are different labels, however long nothing can be added.
 */
export class Tally {
  #increments = new Map<string, number>();

  count<Label extends string>(of: Counter<Label>, labels: LabelValues<Label>, by = 1): void {
    if (by > 0) this.#add(fieldOf(of.name, valuesOf(of, labels)), by);
  }

  observe<Label extends string>(
    of: Histogram<Label>,
    labels: LabelValues<Label>,
    seconds: number,
  ): void {
    const values = valuesOf(of, labels);
    const bucket = of.buckets.find((bound) => seconds <= bound);
    this.#add(fieldOf(of.name, [...values, String(bucket ?? overflowPart)]), 1);
    // Whole numbers, which Redis adds without an error of rounding.
    this.#add(fieldOf(of.name, [...values, sumPart]), Math.round(seconds * microseconds));
  }

  /** @returns what was counted since it was last taken; undefined for nothing */
  take(): Increments | undefined {
    if (this.#increments.size === 0) return undefined;
    const taken = this.#increments;
    this.#increments = new Map();
    return taken;
  }

  #add(field: string, by: number): void {
    this.#increments.set(field, (this.#increments.get(field) ?? 0) + by);
  }
}

/** @returns a field of the hash with the totals, as `["pulse_searches_total","hybrid","ok"]` */
function fieldOf(name: string, values: readonly string[]): string {
  return JSON.stringify([name, ...values]);
}

function valuesOf<Label extends string>(
  { labels }: { readonly labels: readonly Label[] },
  given: LabelValues<Label>,
): string[] {
  return labels.map((label) => given[label]);
}

export function toSeconds(sum: number): number {
  return sum / microseconds;
}
