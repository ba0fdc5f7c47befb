import type { EncodedText } from './tei.ts';

/** What one call may carry, and how many calls may run at the same time. */
export interface BatchLimits {
  readonly texts: number;
  readonly bytes: number;
  readonly calls: number;
}

export interface BatcherOptions {
  /** The limits now: a server may come back with others. */
  readonly limits: () => BatchLimits;
  /** Sends texts to the server. @returns one vector per text, in their order */
  readonly call: (
    texts: readonly EncodedText[],
    signal: AbortSignal,
  ) => Promise<readonly (readonly number[])[]>;
  /**
   * Whether one of several documents in a call may have caused its failure: each document is then
   * sent alone.
   */
  readonly mayBeDocumentFault: (error: unknown) => boolean;
  /** Whether a call was refused for its size: its texts are then sent in halves. */
  readonly isTooLarge: (error: unknown) => boolean;
  /** What is wrong with a vector, if anything. It fails its own document only. */
  readonly findFault: (vector: readonly number[]) => Error | undefined;
}

/** One document's texts, until all of them have vectors. */
interface Request {
  readonly texts: readonly EncodedText[];
  readonly vectors: (readonly number[])[];
  /** Texts before this index are in a call, or done. */
  next: number;
  left: number;
  settled: boolean;
  /** Called once when the request is settled. */
  readonly onSettled: Set<() => void>;
  readonly resolve: (vectors: readonly (readonly number[])[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The part of a request that one call carries. */
interface Slice {
  readonly request: Request;
  readonly from: number;
  readonly to: number;
}

/**
 * Gathers the texts of many documents into few calls.
 *
 * While fewer calls run than the limit allows, texts are sent at once with all others that wait.
 * Only while all calls are busy do texts gather. Long documents take turns with short ones.
 */
export class EmbeddingBatcher {
  readonly #options: BatcherOptions;
  #queue: Request[] = [];
  #runningCalls = 0;
  #scheduled = false;
  /**
   * Most bytes of a call: those of the largest half whose whole was refused for its size alone. For
   * the life of the process, since a proxy does not say its limit.
   */
  #mostBytes = Infinity;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /**
   * @param signal withdraws these texts; a call that carries other documents too goes on
   * @returns one vector per text, in their order
   */
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
          if (request.settled) return;
          request.settled = true;
          signal?.removeEventListener('abort', onAbort);
          how(value);
          for (const notify of request.onSettled) notify();
        };
      const request: Request = {
        texts,
        vectors: [],
        next: 0,
        left: texts.length,
        settled: false,
        onSettled: new Set(),
        resolve: settle(resolve),
        reject: settle(reject),
      };
      const onAbort = (): void => request.reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(request);
      this.#schedule();
    });
  }

  /** Waits for the end of this turn of the event loop, so that texts added in it go together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#runningCalls < this.#options.limits().calls) {
        const batch = this.#nextBatch();
        if (batch.length === 0) break;
        this.#runningCalls += 1;
        void this.#sendBatch(batch).finally(() => {
          this.#runningCalls -= 1;
          this.#schedule();
        });
      }
    });
  }

  /** Takes as many texts as fit. A document with more texts goes to the end of the queue. */
  #nextBatch(): Slice[] {
    const limits = this.#options.limits();
    const mostBytes = Math.min(limits.bytes, this.#mostBytes);
    const batch: Slice[] = [];
    let texts = 0;
    let bytes = 0;
    this.#queue = this.#queue.filter(({ settled }) => !settled);
    while (texts < limits.texts && this.#queue.length > 0) {
      const request = this.#queue[0] as Request;
      const from = request.next;
      while (
        request.next < request.texts.length &&
        texts < limits.texts &&
        (texts === 0 || bytes + nextBytes(request) <= mostBytes)
      ) {
        bytes += nextBytes(request);
        texts += 1;
        request.next += 1;
      }
      if (request.next > from) batch.push({ request, from, to: request.next });
      this.#queue.shift();
      if (request.next < request.texts.length) {
        this.#queue.push(request);
        break; // the batch is full
      }
    }
    return batch;
  }

  /**
   * Sends one call and gives each request its vectors.
   *
   * @returns whether every text has its vector, be it in parts
   */
  async #sendBatch(batch: readonly Slice[]): Promise<boolean> {
    const wanted = batch.filter(({ request }) => !request.settled);
    if (wanted.length === 0) return false;
    const calling = new AbortController();
    const abortUnwanted = (): void => {
      if (wanted.every(({ request }) => request.settled))
        calling.abort(new Error('no document waits for these vectors any more'));
    };
    for (const { request } of wanted) request.onSettled.add(abortUnwanted);
    try {
      const texts = wanted.flatMap(textsOf);
      this.#deliver(wanted, await this.#options.call(texts, calling.signal));
      return true;
    } catch (error) {
      return await this.#sendInParts(wanted, error);
    } finally {
      for (const { request } of wanted) request.onSettled.delete(abortUnwanted);
    }
  }

  /**
   * After a failure that one document may have caused each document is sent alone, so that the
   * others succeed. A call that was too large is sent in halves, down to the one text that is too
   * large by itself: only its document fails.
   */
  async #sendInParts(slices: readonly Slice[], error: unknown): Promise<boolean> {
    const { mayBeDocumentFault, isTooLarge, limits } = this.#options;
    const inHalves = isTooLarge(error) && slices.flatMap(textsOf).length <= limits().texts;
    const divide = (): readonly (readonly Slice[])[] =>
      inHalves ? halve(slices) : this.#splitByDocument(slices).map((slice) => [slice]);
    const parts = mayBeDocumentFault(error) ? divide() : [];
    if (parts.length < 2) {
      for (const { request } of slices) request.reject(error);
      return false;
    }
    let allFit = true;
    for (const part of parts) allFit = (await this.#sendBatch(part)) && allFit;
    if (inHalves && allFit && countBytes(slices) <= this.#mostBytes)
      this.#mostBytes = Math.max(...parts.map(countBytes));
    return allFit;
  }

  #deliver(slices: readonly Slice[], vectors: readonly (readonly number[])[]): void {
    let position = 0;
    for (const { request, from, to } of slices) {
      for (let index = from; index < to; index += 1) {
        const vector = vectors[position++] as readonly number[];
        const fault = this.#options.findFault(vector);
        if (fault !== undefined) request.reject(fault);
        request.vectors[index] = vector;
      }
      request.left -= to - from;
      if (request.left === 0) request.resolve(request.vectors);
    }
  }

  /** By document, and by the limit, which may be smaller now than when the batch was filled. */
  #splitByDocument(slices: readonly Slice[]): Slice[] {
    const most = this.#options.limits().texts;
    return slices.flatMap(({ request, from, to }) =>
      Array.from({ length: Math.ceil((to - from) / most) }, (_, part) => ({
        request,
        from: from + part * most,
        to: Math.min(to, from + (part + 1) * most),
      })),
    );
  }
}

function nextBytes({ texts, next }: Request): number {
  return (texts[next] as EncodedText).bytes;
}

function textsOf({ request, from, to }: Slice): readonly EncodedText[] {
  return request.texts.slice(from, to);
}

function countBytes(slices: readonly Slice[]): number {
  return slices.flatMap(textsOf).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** In their order; a single text has no second half. */
function halve(slices: readonly Slice[]): readonly (readonly Slice[])[] {
  const halves: [Slice[], Slice[]] = [[], []];
  let left = Math.ceil(slices.flatMap(textsOf).length / 2);
  for (const { request, from, to } of slices) {
    const middle = Math.min(to, from + left);
    if (middle > from) halves[0].push({ request, from, to: middle });
    if (to > middle) halves[1].push({ request, from: middle, to });
    left -= middle - from;
  }
  return halves.filter((half) => half.length > 0);
}
