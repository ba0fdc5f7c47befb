import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

import type { Code } from '../../shared/codes.ts';
import type { Circuit, Availability } from '../circuit/circuit.ts';
import { PulseError } from '../errors.ts';
import { EmbeddingBatcher } from './embedding-batcher.ts';
import { selectQueryPrefix } from './instruction.ts';
import { encodeText, findVectorFault, maxBatchSize } from './tei.ts';
import type { EncodedText, Tei } from './tei.ts';

/** A server that hangs or dies may do so for one input only. */
const breaksOff: ReadonlySet<Code> = new Set<Code>(['TEI_TIMEOUT', 'TEI_UNREACHABLE']);

export interface EmbedderSettings {
  readonly embeddingModel: string;
  readonly vectorDim: number;
  readonly queryInstruction: string;
}

/**
 * Repetitions of a call before its failure is told; what lasts longer is for the circuit, and for
 * the queue's own back-off.
 */
const repetitions = 2;
const backoff = { initialDelay: 200, maxDelay: 2_000 }; // jittered by the library's default

/** How many texts a call carries at most, and how many calls are under way at the same time. */
export interface Pace {
  readonly texts: number;
  readonly calls: number;
}

/**
 * The server's own limit, up to TEI's default; and one call in the network while others are in the
 * server, which batches across calls by itself.
 */
const paceOfGpu: Pace = { texts: 32, calls: 4 };
/**
 * A CPU does some chunks a second: a call of more would run into the time limit, and side by side
 * they only wait for each other.
 */
export const cpuPace: Pace = { texts: 4, calls: 1 };

/**
 * Vectors of the configured model and dimension, from one server behind its circuit; documents'
 * texts gathered across all who ask.
 */
export class Embedder implements Availability {
  readonly #settings: EmbedderSettings;
  readonly #tei: Tei;
  readonly #circuit: Circuit;
  readonly #batches: EmbeddingBatcher;
  readonly #prefix: string;
  #batchLimit = maxBatchSize;

  constructor(settings: EmbedderSettings, tei: Tei, circuit: Circuit, pace = paceOfGpu) {
    this.#settings = settings;
    this.#tei = tei;
    this.#circuit = circuit;
    this.#prefix = selectQueryPrefix(settings.embeddingModel, settings.queryInstruction);
    this.#batches = new EmbeddingBatcher({
      limits: () => ({
        texts: Math.min(pace.texts, this.#batchLimit),
        bytes: tei.payloadLimit,
        calls: pace.calls,
      }),
      call: (texts, signal) => this.#call(texts, signal),
      mayBeDocumentFault: (error) => error instanceof PulseError && error.kind !== 'away',
      faultOf: (vector) => findVectorFault(vector, settings.vectorDim),
    });
  }

  get allowsCalls(): boolean {
    return this.#circuit.allowsCalls;
  }

  watch(onChange: () => void): () => void {
    return this.#circuit.watch(onChange);
  }

  /** Model and revision that the server says it serves. */
  async revision(): Promise<string> {
    return (await this.#circuit.run(() => this.#tei.info())).model;
  }

  /** One vector a text, in their order. The texts are embedded as they are. */
  async embedDocuments(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    this.#batchLimit = (await this.#circuit.run(() => this.#tei.info())).batchLimit;
    return this.#batches.add(texts.map(encodeText), signal);
  }

  /**
   * The vector of a search's words, after the instruction that the model wants before a query;
   * never held up by documents.
   */
  async embedQuery(query: string, signal?: AbortSignal): Promise<readonly number[]> {
    const [vector] = await this.#call([encodeText(`${this.#prefix}${query}`)], signal).catch(
      (error: unknown) => {
        throw tooLong(error);
      },
    );
    const fault = findVectorFault(vector, this.#settings.vectorDim);
    if (fault !== undefined) throw fault;
    return vector as readonly number[];
  }

  /** @throws PulseError `away` when the server is; any other kind is about these texts */
  async #call(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    const worthRepeating = handleWhen(
      (error) =>
        error instanceof PulseError &&
        error.kind !== 'final' &&
        error.code !== 'TEI_TIMEOUT' &&
        this.#circuit.allowsCalls,
    );
    const patience = retry(worthRepeating, {
      maxAttempts: repetitions,
      backoff: new ExponentialBackoff(backoff),
    });
    try {
      return await patience.execute(
        () => this.#circuit.run(() => this.#once(texts, signal)),
        signal,
      );
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  }

  /**
   * What may be the doing of these texts is laid on them only after the server has shown that it
   * embeds others; it may have come back with other limits, too.
   */
  async #once(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    try {
      return await this.#tei.embed(texts, signal);
    } catch (error) {
      if (!(error instanceof PulseError) || (error.kind === 'away' && !breaksOff.has(error.code)))
        throw error;
      await this.#tei.checkServes();
      this.#batchLimit = (await this.#tei.info()).batchLimit;
      throw error.kind === 'away'
        ? new PulseError(error.code, 'retryable', error.message, error)
        : error;
    }
  }
}

function tooLong(error: unknown): unknown {
  return error instanceof PulseError && error.kind === 'final'
    ? new PulseError(
        error.code,
        'final',
        `the query, with the instruction before it, is more than the model takes; shorten it (${error.message})`,
        error,
      )
    : error;
}
