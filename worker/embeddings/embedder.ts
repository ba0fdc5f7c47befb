import { selectQueryInstruction } from '../../shared/model-instructions.ts';
import type { Circuit, Availability } from '../circuit/circuit.ts';
import { PulseError, describeError } from '../errors.ts';
import { EmbeddingBatcher } from './embedding-batcher.ts';
import { isTooLarge } from './faults.ts';
import { GuardedTei } from './guarded-tei.ts';
import { encodeText, findVectorFault } from './tei.ts';
import type { EncodedText, Tei } from './tei.ts';

export interface EmbedderSettings {
  readonly embeddingModel: string;
  readonly queryInstruction: string;
  /** Which text stands before the documents that a query is compared with; absent, none. */
  readonly readDocumentInstruction?: () => Promise<string>;
}

/** Told why TEI left out the end of a text. */
export type OnShortened = (reason: string) => void;

/** How many texts one call carries at most, and how many calls run at the same time. */
export interface Pace {
  readonly texts: number;
  readonly calls: number;
}

/**
 * TEI's default limit of texts. Four calls: TEI batches across calls by itself, so while some are
 * computed another one is on its way.
 */
const gpuPace: Pace = { texts: 32, calls: 4 };
/**
 * A CPU embeds a few chunks a second: a larger call would run into the time limit, and parallel
 * calls would only wait for each other.
 */
export const cpuPace: Pace = { texts: 4, calls: 1 };

/** Texts of one call that may be shortened: few enough for TEI's payload limit at any length. */
const shortenedPerCall = 4;

/**
 * Makes vectors of the configured model and dimension with one TEI server.
 *
 * A document's texts go through `EmbeddingBatcher`, which gathers the texts of all documents, then
 * `GuardedTei` (retry and circuit), then `Tei`, the client.
 */
export class Embedder implements Availability {
  readonly #readQueryInstruction: () => Promise<string>;
  readonly #circuit: Circuit;
  readonly #tei: GuardedTei;
  readonly #batcher: EmbeddingBatcher;

  constructor(settings: EmbedderSettings, client: Tei, circuit: Circuit, pace = gpuPace) {
    this.#readQueryInstruction = async () =>
      selectQueryInstruction(
        settings.embeddingModel,
        settings.queryInstruction,
        (await settings.readDocumentInstruction?.()) ?? '',
      );
    this.#circuit = circuit;
    const tei = new GuardedTei(client, circuit);
    this.#tei = tei;
    this.#batcher = new EmbeddingBatcher({
      limits: () => ({
        texts: Math.min(pace.texts, tei.batchLimit),
        bytes: client.payloadLimit,
        calls: pace.calls,
      }),
      call: (texts, signal) => tei.embed(texts, signal),
      mayBeDocumentFault: (error) => error instanceof PulseError && error.kind !== 'away',
      isTooLarge,
      findFault: findVectorFault,
    });
  }

  get allowsCalls(): boolean {
    return this.#circuit.allowsCalls;
  }

  watch(onChange: () => void): () => void {
    return this.#circuit.watch(onChange);
  }

  /** The model, and where the server says it its revision, that is served. */
  async revision(): Promise<string> {
    return (await this.#tei.info()).model;
  }

  /**
   * Embeds texts, each after the instruction of its collection.
   *
   * @param onShortened called when the server left out the end of a text, with its words
   * @returns one vector per text, in their order
   */
  async embedDocuments(
    texts: readonly string[],
    signal?: AbortSignal,
    instruction = '',
    onShortened: OnShortened = () => undefined,
  ): Promise<readonly (readonly number[])[]> {
    await this.#tei.info();
    const encoded = texts.map((text) => encodeText(`${instruction}${text}`));
    return this.#batcher.add(encoded, signal).catch(async (error: unknown) => {
      if (!isTooLarge(error)) throw error;
      const vectors = await this.#embedShortened(encoded, signal);
      onShortened(describeError(error));
      return vectors;
    });
  }

  /**
   * Chunks that were cut before their collection had an instruction may be a few tokens too long
   * with it, and chunks that were cut while TEI was away may be longer than it takes. The model
   * leaves out their last tokens; with an instruction these are few, and the next chunk repeats
   * them.
   */
  async #embedShortened(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    const vectors: (readonly number[])[] = [];
    const perCall = Math.min(shortenedPerCall, this.#tei.batchLimit);
    for (let start = 0; start < texts.length; start += perCall) {
      const part = texts.slice(start, start + perCall);
      vectors.push(...(await this.#embedInHalves(part, signal)));
    }
    const fault = vectors.map((vector) => findVectorFault(vector)).find((one) => one !== undefined);
    if (fault !== undefined) throw fault;
    return vectors;
  }

  async #embedInHalves(
    texts: readonly EncodedText[],
    signal?: AbortSignal,
  ): Promise<readonly (readonly number[])[]> {
    try {
      return await this.#tei.embed(texts, signal, { truncate: true });
    } catch (error) {
      if (!isTooLarge(error) || texts.length < 2) throw error;
      const middle = Math.ceil(texts.length / 2);
      return [
        ...(await this.#embedInHalves(texts.slice(0, middle), signal)),
        ...(await this.#embedInHalves(texts.slice(middle), signal)),
      ];
    }
  }

  /**
   * Embeds a query after the instruction that the model expects before queries. It does not wait
   * for documents.
   */
  async embedQuery(query: string, signal?: AbortSignal): Promise<readonly number[]> {
    const text = encodeText(`${await this.#readQueryInstruction()}${query}`);
    const [vector] = await this.#tei.embed([text], signal).catch((error: unknown) => {
      throw explainLength(error);
    });
    const fault = findVectorFault(vector);
    if (fault !== undefined) throw fault;
    return vector as readonly number[];
  }
}

function explainLength(error: unknown): unknown {
  if (!(error instanceof PulseError) || error.kind !== 'final') return error;
  const message =
    'the query, with the instruction before it, is more than the model takes; shorten it ' +
    `(${error.message})`;
  return new PulseError(error.code, 'final', message, error);
}
