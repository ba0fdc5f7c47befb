import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

import type { Circuit } from '../circuit/circuit.ts';
import { immediateCodes } from '../circuit/state.ts';
import { PulseError } from '../errors.ts';
import { maxBatchSize } from './tei.ts';
import type { EmbedOptions, EncodedText, Tei, TeiInfo } from './tei.ts';

/**
 * Repetitions of a call before its failure is reported. Longer failures are handled by the circuit
 * and by the queue's own back-off.
 */
const maxRepetitions = 2;
/** cockatiel adds jitter by default. */
const backoffMs = { initialDelay: 200, maxDelay: 2_000 };

/**
 * One TEI server behind its retry and its circuit: repeats what may pass, and finds out whether the
 * server or the texts are at fault.
 */
export class GuardedTei {
  readonly #tei: Tei;
  readonly #circuit: Circuit;
  #batchLimit = maxBatchSize;

  constructor(tei: Tei, circuit: Circuit) {
    this.#tei = tei;
    this.#circuit = circuit;
  }

  /** Texts that one call may carry, as the server said last. */
  get batchLimit(): number {
    return this.#batchLimit;
  }

  /**
   * What the server says about itself, at most a minute old.
   *
   * @throws PulseError of kind `away` when the circuit is open or the server does not answer
   */
  async info(): Promise<TeiInfo> {
    const info = await this.#circuit.run(() => this.#tei.info());
    this.#batchLimit = info.batchLimit;
    return info;
  }

  /**
   * @param options.truncate whether a text that is too long loses its end, and is not refused
   * @returns one vector per text, in their order
   * @throws PulseError of kind `away` when the server is unavailable; any other kind is about these
   *   texts
   */
  async embed(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
    options: EmbedOptions = {},
  ): Promise<readonly (readonly number[])[]> {
    const policy = retry(
      handleWhen((error) => this.#isWorthRepeating(error)),
      { maxAttempts: maxRepetitions, backoff: new ExponentialBackoff(backoffMs) },
    );
    try {
      return await policy.execute(
        () => this.#circuit.run(() => this.#embedOnce(texts, signal, options)),
        signal,
      );
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  }

  #isWorthRepeating(error: unknown): boolean {
    return (
      error instanceof PulseError &&
      error.kind !== 'final' &&
      !immediateCodes.has(error.code) &&
      this.#circuit.allowsCalls
    );
  }

  /**
   * A failure counts against these texts only after the server has shown that it embeds other text.
   * It may have come back with other limits.
   */
  async #embedOnce(
    texts: readonly EncodedText[],
    signal: AbortSignal | undefined,
    options: EmbedOptions,
  ): Promise<readonly (readonly number[])[]> {
    try {
      return await this.#tei.embed(texts, signal, options);
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind === 'away') throw error;
      await this.#tei.checkServes();
      this.#batchLimit = (await this.#tei.info()).batchLimit;
      throw error.code === 'TEI_AUTH' ? explainRefusal(error) : error;
    }
  }
}

/** The server has taken the key with another text. */
function explainRefusal({ message, kind, cause }: PulseError): PulseError {
  const words = `${message}; other texts are embedded with the same key: a firewall or a proxy `;
  return new PulseError('TEI_ANSWER', kind, `${words}refuses these`, cause);
}
