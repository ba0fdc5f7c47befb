import { PulseError } from '../errors.ts';
import { findCollection, recordedInstruction } from './collection.ts';
import type { CollectionIdentity, CollectionInfo } from './collection.ts';
import type { Qdrant } from './qdrant.ts';

/** A collection with another text is swapped in once in a stack's life; queries are many. */
const freshMs = 5_000;

/**
 * The text that stands before each document of a collection. What a collection was built with holds
 * until another is built in its place, also when the setting or a later version says otherwise: so
 * vectors with and without it are never mixed.
 */
export class CollectionInstruction {
  readonly #qdrant: Qdrant;
  readonly #identity: CollectionIdentity;
  /** Whether it is in the collection's name: then every collection of that name has it. */
  readonly #isNamed: boolean;
  /** That of the collection in use when this process saw it last; undefined before. */
  #seen: string | undefined;
  #seenAtMs = -Infinity;

  constructor(qdrant: Qdrant, identity: CollectionIdentity, isNamed: boolean) {
    this.#qdrant = qdrant;
    this.#identity = identity;
    this.#isNamed = isNamed;
  }

  /** Remembers what the collection in use records. */
  see(found: CollectionInfo): void {
    this.#seen = recordedInstruction(found);
    this.#seenAtMs = performance.now();
  }

  /**
   * That of the collection in use where it need not be asked for. It may be 5 s old: a write
   * compares again.
   */
  known(): string | undefined {
    const isFresh = performance.now() - this.#seenAtMs < freshMs;
    return this.#fixed() ?? (isFresh ? this.#seen : undefined);
  }

  /**
   * @param of a collection other than the one in use
   * @returns that of a new collection where there is none yet
   */
  async read(of?: string): Promise<string> {
    const { alias, documentInstruction: wanted } = this.#identity;
    const fixed = this.#fixed(of);
    if (fixed !== undefined) return fixed;
    const found = await this.#qdrant.ask('instruction', (client) =>
      findCollection(client, of ?? alias),
    );
    if (found === undefined) return wanted;
    if (of === undefined) this.see(found);
    return recordedInstruction(found);
  }

  /** @throws PulseError when the collection in use was swapped for one with another instruction */
  async refuseOther(instruction: string): Promise<void> {
    const inUse = await this.read();
    if (inUse !== instruction)
      throw new PulseError(
        'QDRANT_INSTRUCTION',
        'retryable',
        `the collection has ${JSON.stringify(inUse)} before its documents, and these vectors were ` +
          `made with ${JSON.stringify(instruction)}`,
      );
  }

  /** What no swap changes. Most models expect none: once that was seen, nothing is asked. */
  #fixed(of?: string): string | undefined {
    const { documentInstruction: wanted } = this.#identity;
    const isPlain = wanted === '' && this.#seen === '' && of === undefined;
    return this.#isNamed || isPlain ? wanted : undefined;
  }
}
