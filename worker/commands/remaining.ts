import { splitIntoBatches } from './batches.ts';

/** Counts those of the documents that are not done. */
export type CountRemaining = (documentIds: readonly string[]) => Promise<number>;

/**
 * What remains of many documents. A look asks for a few batches of them only, so that looking four
 * times a second costs the same for a million documents as for a thousand.
 */
export class Remaining {
  readonly #count: CountRemaining;
  readonly #batches: { readonly ids: readonly string[]; left: number }[];
  #turn = 0;

  constructor(documentIds: readonly string[], count: CountRemaining) {
    this.#count = count;
    this.#batches = splitIntoBatches(documentIds).map((ids) => ({ ids, left: ids.length }));
  }

  /**
   * Looks at the first batch that is not done, since documents are worked on in their order, and at
   * one of the others in turn. Batches that are done are never looked at again.
   *
   * @returns how many are left, the other batches as they were when they were looked at last
   */
  async look(): Promise<number> {
    while (this.#batches[0] !== undefined && (await this.#lookAt(0)) === 0) this.#batches.shift();
    if (this.#batches.length > 1) {
      this.#turn = 1 + (this.#turn % (this.#batches.length - 1));
      if ((await this.#lookAt(this.#turn)) === 0) this.#batches.splice(this.#turn, 1);
    }
    return this.#sum();
  }

  /** Looks at every batch that is not done. */
  async lookAtAll(): Promise<number> {
    for (const index of this.#batches.keys()) await this.#lookAt(index);
    return this.#sum();
  }

  async #lookAt(index: number): Promise<number> {
    const batch = this.#batches[index];
    if (batch === undefined) return 0;
    batch.left = await this.#count(batch.ids);
    return batch.left;
  }

  #sum(): number {
    return this.#batches.reduce((sum, { left }) => sum + left, 0);
  }
}
