import type { EncodedText } from './tei.ts';

/** What one call may carry. */
export interface BatchLimits {
  readonly texts: number;
  readonly bytes: number;
  /** At the same time. */ readonly calls: number;
}

export interface Calls {
  /** As they are now: a server may come back with others. */
  readonly limits: () => BatchLimits;
  /** One vector a text, in their order. */
  readonly call: (
    texts: readonly EncodedText[],
    signal: AbortSignal,
  ) => Promise<readonly (readonly number[])[]>;
  /**
   * Whether a failed call may be the fault of one of several documents in it: each is then asked
   * for alone.
   */
  readonly mayBeDocumentFault: (error: unknown) => boolean;
  /** What is wrong with a vector; it is the fault of its own document only. */
  readonly faultOf: (vector: readonly number[]) => Error | undefined;
}

interface Waiting {
  readonly texts: readonly EncodedText[];
  readonly vectors: (readonly number[])[];
  /** Texts before this one are in a call, or done. */
  next: number;
  left: number;
  settled: boolean;
  /** Told when nobody waits for these vectors any more. */
  readonly onGone: Set<() => void>;
  readonly resolve: (vectors: readonly (readonly number[])[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Slice {
  readonly of: Waiting;
  readonly from: number;
  readonly to: number;
}

/**
 * Texts of many documents gathered into few calls. A text never waits for company: while a call is
 * free it goes at once, with whatever else is there; only when all calls are busy do texts gather.
 * Long documents take turns with short ones.
 */
export class EmbeddingBatcher {
  readonly #with: Calls;
  #queue: Waiting[] = [];
  #calls = 0;
  #scheduled = false;

  constructor(calls: Calls) {
    this.#with = calls;
  }

  /** One vector a text. A signal takes these texts back; calls that others share go on. */
  add(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    if (texts.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          if (waiting.settled) return;
          waiting.settled = true;
          signal?.removeEventListener('abort', onAbort);
          how(value);
          for (const told of waiting.onGone) told();
        };
      const waiting: Waiting = {
        texts,
        vectors: new Array(texts.length),
        next: 0,
        left: texts.length,
        settled: false,
        onGone: new Set(),
        resolve: settle(resolve),
        reject: settle(reject),
      };
      const onAbort = (): void => waiting.reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiting);
      this.#schedule();
    });
  }

  /**
   * After what else is ready in this turn of the event loop: documents that come together go
   * together.
   */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#calls < this.#with.limits().calls) {
        const batch = this.#nextBatch();
        if (batch.length === 0) break;
        this.#calls += 1;
        void this.#carry(batch).finally(() => {
          this.#calls -= 1;
          this.#schedule();
        });
      }
    });
  }

  /** As many texts as fit. A document that has more goes behind the others. */
  #nextBatch(): Slice[] {
    const limits = this.#with.limits();
    const batch: Slice[] = [];
    let texts = 0;
    let bytes = 0;
    this.#queue = this.#queue.filter(({ settled }) => !settled);
    while (texts < limits.texts && this.#queue.length > 0) {
      const of = this.#queue[0] as Waiting;
      const from = of.next;
      while (
        of.next < of.texts.length &&
        texts < limits.texts &&
        (texts === 0 || bytes + (of.texts[of.next] as EncodedText).bytes <= limits.bytes)
      ) {
        bytes += (of.texts[of.next] as EncodedText).bytes;
        texts += 1;
        of.next += 1;
      }
      if (of.next > from) batch.push({ of, from, to: of.next });
      this.#queue.shift();
      if (of.next < of.texts.length) {
        this.#queue.push(of);
        break; // the batch is full
      }
    }
    return batch;
  }

  /**
   * One call, its vectors given to whom they belong. When it fails and one document may be to
   * blame, each is asked for alone: the innocent ones succeed.
   */
  async #carry(batch: readonly Slice[]): Promise<void> {
    const wanted = batch.filter(({ of }) => !of.settled);
    if (wanted.length === 0) return;
    const calling = new AbortController();
    const abortUnwanted = (): void => {
      if (wanted.every(({ of }) => of.settled))
        calling.abort(new Error('nobody waits for these vectors any more'));
    };
    for (const { of } of wanted) of.onGone.add(abortUnwanted);
    try {
      this.#deliver(
        wanted,
        await this.#with.call(
          wanted.flatMap(({ of, from, to }) => of.texts.slice(from, to)),
          calling.signal,
        ),
      );
    } catch (error) {
      const parts = this.#with.mayBeDocumentFault(error) ? this.#apart(wanted) : [];
      if (parts.length > 1) for (const part of parts) await this.#carry([part]);
      else for (const { of } of wanted) of.reject(error);
    } finally {
      for (const { of } of wanted) of.onGone.delete(abortUnwanted);
    }
  }

  #deliver(slices: readonly Slice[], vectors: readonly (readonly number[])[]): void {
    let position = 0;
    for (const { of, from, to } of slices) {
      for (let index = from; index < to; index += 1) {
        const vector = vectors[position++] as readonly number[];
        const fault = this.#with.faultOf(vector);
        if (fault !== undefined) of.reject(fault);
        of.vectors[index] = vector;
      }
      of.left -= to - from;
      if (of.left === 0) of.resolve(of.vectors);
    }
  }

  /** By document; and by the limit, which may be smaller than it was when the batch was filled. */
  #apart(slices: readonly Slice[]): Slice[] {
    const most = this.#with.limits().texts;
    return slices.flatMap(({ of, from, to }) =>
      Array.from({ length: Math.ceil((to - from) / most) }, (_, part) => ({
        of,
        from: from + part * most,
        to: Math.min(to, from + (part + 1) * most),
      })),
    );
  }
}
