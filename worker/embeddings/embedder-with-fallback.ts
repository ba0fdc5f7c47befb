import type { Availability } from '../circuit/circuit.ts';
import type { EmbeddedBy } from '../documents/version.ts';
import { PulseError, describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { Embedder } from './embedder.ts';
import { describeDifference, goldenSentences } from './golden.ts';
import type { GoldenVectors } from './golden.ts';

export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly by: EmbeddedBy;
}

type Verdict =
  | { readonly kind: 'approved' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * How often a stand-in that was refused, or could not be asked, is asked again; and how old a
 * refusal may be.
 */
const askAgainMs = 15_000;

/**
 * The GPU host's embedder, and while its circuit is open the stack's own, if there is one and it
 * makes the same vectors. What the other made is marked, so that it can be found and made anew.
 */
export class EmbedderWithFallback implements Availability {
  readonly gpuHost: Embedder;
  readonly #local: Embedder | undefined;
  readonly #golden: GoldenVectors;
  readonly #log: Logger;
  #verdict: Verdict | undefined;
  #judgedMs = -Infinity;
  #judging: Promise<Verdict> | undefined;
  #recorded = false;

  constructor(gpuHost: Embedder, local: Embedder | undefined, golden: GoldenVectors, log: Logger) {
    this.gpuHost = gpuHost;
    this.#local = local;
    this.#golden = golden;
    this.#log = log;
  }

  /** Whether one of the two can be asked now, by what is known. */
  get allowsCalls(): boolean {
    return this.gpuHost.allowsCalls || this.#standsIn;
  }

  get #standsIn(): boolean {
    return this.#verdict?.kind === 'approved' && this.#local?.allowsCalls === true;
  }

  watch(onChange: () => void): () => void {
    const look = (): void => {
      if (this.gpuHost.allowsCalls) void this.#record();
      else if (this.#local !== undefined && !this.#standsIn) void this.#judged().then(onChange);
      onChange();
    };
    const stops = [
      this.gpuHost.watch(look),
      ...(this.#local === undefined ? [] : [this.#local.watch(look)]),
    ];
    const timer = setInterval(look, askAgainMs);
    look();
    return () => {
      clearInterval(timer);
      stops.forEach((stop) => stop());
    };
  }

  /** One vector a text, in their order, all by one of the two. */
  async embedDocuments(texts: readonly string[], signal?: AbortSignal): Promise<Embedded> {
    return this.#either(
      (embedder) => embedder.embedDocuments(texts, signal),
      (vectors, by) => ({ vectors, by }),
    );
  }

  async embedQuery(query: string, signal?: AbortSignal): Promise<readonly number[]> {
    return this.#either(
      (embedder) => embedder.embedQuery(query, signal),
      (vector) => vector,
    );
  }

  /** Whoever asks learns why the GPU host cannot when nobody can. */
  async #either<T, R>(
    work: (embedder: Embedder) => Promise<T>,
    marked: (answer: T, by: EmbeddedBy) => R,
  ): Promise<R> {
    try {
      return marked(await work(this.gpuHost), 'gpu-host');
    } catch (error) {
      const away = error instanceof PulseError && error.kind === 'away';
      if (
        !away ||
        this.#local === undefined ||
        this.gpuHost.allowsCalls ||
        (await this.#judged()).kind === 'refused'
      )
        throw error;
      return marked(await work(this.#local), 'local');
    }
  }

  /** Approved as long as its own circuit stays closed; a refusal is looked at again after a while. */
  #judged(): Promise<Verdict> {
    const fresh =
      this.#verdict?.kind === 'approved'
        ? this.#local?.allowsCalls === true
        : performance.now() - this.#judgedMs < askAgainMs;
    if (this.#verdict !== undefined && fresh) return Promise.resolve(this.#verdict);
    this.#judging ??= this.#judge().then((verdict) => {
      if (verdict.kind === 'refused' && this.#local !== undefined)
        this.#log.warn(
          { code: 'TEI_FALLBACK', reason: verdict.reason },
          'the local TEI does not stand in for the GPU host',
        );
      if (verdict.kind === 'approved')
        this.#log.info('the local TEI makes the same vectors as the GPU host: it stands in');
      this.#verdict = verdict;
      this.#judgedMs = performance.now();
      this.#judging = undefined;
      return verdict;
    });
    return this.#judging;
  }

  /**
   * All together and one alone: a server whose vectors depend on their neighbours is not to be
   * trusted either.
   */
  async #judge(): Promise<Verdict> {
    if (this.#local === undefined) return { kind: 'refused', reason: 'there is none' };
    try {
      const golden = await this.#golden.read();
      if (golden === undefined)
        return {
          kind: 'refused',
          reason:
            "no golden vectors yet: they are recorded when the GPU host's TEI answers, which it has not done with this model",
        };
      const together = await this.#local.embedDocuments(goldenSentences);
      const alone = await this.#local.embedDocuments(goldenSentences.slice(-1));
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

  /** Once a process, and only what is new: a stand-in is measured by what the GPU host serves now. */
  async #record(): Promise<void> {
    if (this.#recorded) return;
    this.#recorded = true;
    try {
      const revision = await this.gpuHost.revision();
      if ((await this.#golden.read())?.revision !== revision)
        await this.#golden.record(revision, await this.gpuHost.embedDocuments(goldenSentences));
    } catch (error) {
      this.#recorded = false;
      this.#log.info(
        { err: error },
        'the golden vectors were not recorded; the next look tries again',
      );
    }
  }
}
