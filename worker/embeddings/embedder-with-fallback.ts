import type { Availability } from '../circuit/circuit.ts';
import type { EmbeddedBy } from '../documents/version.ts';
import { PulseError, describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { Embedder, OnShortened } from './embedder.ts';
import { describeDifference, goldenSentences, steadySentences } from './golden.ts';
import type { GoldenVectors } from './golden.ts';

/** Vectors, and which embedder made them. */
export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly by: EmbeddedBy;
}

type Verdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'refused'; readonly reason: string };

/** How long a refusal of the fallback holds; then it is examined again. */
const refusalMs = 15_000;

/**
 * Uses the GPU host's embedder (primary). While its circuit is open, uses the stack's own
 * (fallback) if there is one and it makes the same vectors. Each result says which of the two made
 * it, so that vectors of the fallback can be replaced later.
 */
export class EmbedderWithFallback implements Availability {
  readonly primary: Embedder;
  readonly #fallback: Embedder | undefined;
  readonly #golden: GoldenVectors;
  readonly #log: Logger;
  #verdict: Verdict | undefined;
  #examinedAtMs = -Infinity;
  #examination: Promise<Verdict> | undefined;
  #recorded = false;

  constructor(
    gpuHost: Embedder,
    fallback: Embedder | undefined,
    golden: GoldenVectors,
    log: Logger,
  ) {
    this.primary = gpuHost;
    this.#fallback = fallback;
    this.#golden = golden;
    this.#log = log;
  }

  /** Whether one of the two can be called now, by what this process knows. */
  get allowsCalls(): boolean {
    return this.primary.allowsCalls || this.#fallbackIsUsable;
  }

  get #fallbackIsUsable(): boolean {
    return this.#verdict?.kind === 'approved' && this.#fallback?.allowsCalls === true;
  }

  watch(onChange: () => void): () => void {
    const check = (): void => {
      if (this.primary.allowsCalls) void this.#recordGolden();
      else {
        this.#recorded = false;
        if (this.#fallback !== undefined && !this.#fallbackIsUsable)
          void this.#currentVerdict().then(onChange);
      }
      onChange();
    };
    const stops = [
      this.primary.watch(check),
      ...(this.#fallback === undefined ? [] : [this.#fallback.watch(check)]),
    ];
    const timer = setInterval(check, refusalMs);
    check();
    return () => {
      clearInterval(timer);
      stops.forEach((stop) => stop());
    };
  }

  /** @returns one vector per text, in their order, all made by the same embedder */
  async embedDocuments(
    texts: readonly string[],
    signal?: AbortSignal,
    instruction = '',
    onShortened?: OnShortened,
  ): Promise<Embedded> {
    return this.#withEither(
      (embedder) => embedder.embedDocuments(texts, signal, instruction, onShortened),
      (vectors, by) => ({ vectors, by }),
    );
  }

  async embedQuery(query: string, signal?: AbortSignal): Promise<readonly number[]> {
    return this.#withEither(
      (embedder) => embedder.embedQuery(query, signal),
      (vector) => vector,
    );
  }

  /** @throws the primary's error when neither of the two can do it */
  async #withEither<T, R>(
    work: (embedder: Embedder) => Promise<T>,
    mark: (answer: T, by: EmbeddedBy) => R,
  ): Promise<R> {
    try {
      return mark(await work(this.primary), 'gpu-host');
    } catch (error) {
      const away = error instanceof PulseError && error.kind === 'away';
      if (
        !away ||
        this.#fallback === undefined ||
        this.primary.allowsCalls ||
        (await this.#currentVerdict()).kind === 'refused'
      )
        throw error;
      return mark(await work(this.#fallback), 'local');
    }
  }

  /** An approval holds while the fallback's own circuit is closed, a refusal for 15 s. */
  #currentVerdict(): Promise<Verdict> {
    const isFresh =
      this.#verdict?.kind === 'approved'
        ? this.#fallback?.allowsCalls === true
        : performance.now() - this.#examinedAtMs < refusalMs;
    if (this.#verdict !== undefined && isFresh) return Promise.resolve(this.#verdict);
    this.#examination ??= this.#examine().then((verdict) => {
      if (verdict.kind === 'refused' && this.#fallback !== undefined)
        this.#log.warn(
          { code: 'TEI_FALLBACK', reason: verdict.reason },
          'the local TEI does not stand in for the GPU host',
        );
      if (verdict.kind === 'approved')
        this.#log.info('the local TEI makes the same vectors as the GPU host: it stands in');
      this.#verdict = verdict;
      this.#examinedAtMs = performance.now();
      this.#examination = undefined;
      return verdict;
    });
    return this.#examination;
  }

  /**
   * Compares the fallback's vectors with the golden ones: all in one call, and one in a call of its
   * own, because a vector must not depend on the other texts of its call.
   */
  async #examine(): Promise<Verdict> {
    if (this.#fallback === undefined) return { kind: 'refused', reason: 'there is none' };
    try {
      const golden = await this.#golden.read();
      if (golden === undefined)
        return {
          kind: 'refused',
          reason:
            "no golden vectors yet: they are recorded when the GPU host's TEI answers, " +
            'which it has not done with this model',
        };
      const together = await this.#fallback.embedDocuments(goldenSentences);
      const alone = await this.#fallback.embedDocuments(goldenSentences.slice(-1));
      const difference =
        describeDifference(golden, together) ??
        describeDifference(golden, [...together.slice(0, -1), ...alone]);
      return difference === undefined
        ? { kind: 'approved' }
        : { kind: 'refused', reason: difference };
    } catch (error) {
      return {
        kind: 'refused',
        reason:
          error instanceof PulseError
            ? `${error.code}: ${describeError(error)}`
            : describeError(error),
      };
    }
  }

  /**
   * Once per process and after each outage, when the server may have been started in another way: a
   * pooling or a prompt of its own makes other vectors under the same name, and nothing else shows
   * that they are mixed.
   */
  async #recordGolden(): Promise<void> {
    if (this.#recorded) return;
    this.#recorded = true;
    try {
      const revision = await this.primary.revision();
      const before = await this.#golden.read();
      const vectors = await this.primary.embedDocuments(goldenSentences);
      const difference = before && describeDifference(before, vectors, steadySentences);
      if (difference !== undefined)
        this.#log.warn(
          { code: 'TEI_CHANGED', reason: difference, before: before?.revision, now: revision },
          'the TEI of the GPU host makes other vectors than before',
        );
      if (before?.revision !== revision || difference !== undefined)
        await this.#golden.record(revision, vectors);
    } catch (error) {
      this.#recorded = false;
      this.#log.info({ err: error }, 'the golden vectors were not recorded; it is tried again');
    }
  }
}
