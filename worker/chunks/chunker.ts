import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { StoredChunk } from '../documents/version.ts';
import { PulseError, describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { FromThread, ThreadSettings, ToThread } from './messages.ts';
import type { ModelServer } from './model-server.ts';
import { chunkerVersion } from './split.ts';
import type { Chunk } from './split.ts';

/** The settings that the chunker reads. */
export type ChunkSettings = ThreadSettings;
type Opened = Extract<FromThread, { opened: unknown }>['opened'];
type Slices = Extract<FromThread, { chunks: unknown }>['chunks'];

interface Waiting {
  readonly resolve: (slices: Slices) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread, and what it has said about its tokenizer. */
interface TokenizerThread {
  readonly thread: Worker;
  readonly first: Promise<Opened>;
  latest?: Opened;
}

/**
 * How long a document waits for TEI's limit while none is known. A TEI that is up says it in some
 * milliseconds; documents of one that is away are cut for the model.
 */
const limitWaitMs = 250;
/** TEI is asked for its limit no more often. */
const askEveryMs = 1_000;

/** Cuts documents into chunks that the model can embed without truncation, in its own thread. */
export class Chunker {
  readonly #settings: ThreadSettings;
  readonly #tei: ModelServer;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #opening: TokenizerThread | undefined;
  #last = 0;
  #inHand = 0;
  /** TEI's input limit in tokens, once it is known. It may be lower than the model's. */
  #teiLimit: number | undefined;
  #asksLimit = false;
  #limitAskedMs = -Infinity;
  /** Ends with the answer about the limit, or when a document has waited long enough for it. */
  #limitWait: Promise<void> = Promise.resolve();

  constructor(settings: ChunkSettings, tei: ModelServer, log: Logger) {
    const { hfHome, hfEndpoint, hfToken, embeddingModel } = settings;
    const { maxChunkTokens, chunkOverlapTokens, instruction = '' } = settings;
    const files = { hfHome, hfEndpoint, hfToken, embeddingModel };
    this.#settings = { ...files, maxChunkTokens, chunkOverlapTokens, instruction };
    this.#tei = tei;
    this.#log = log;
  }

  /** Starts to open the tokenizer and returns at once. The first document waits for it. */
  open(): void {
    this.#open();
  }

  /**
   * Cuts a text into chunks.
   *
   * @throws PulseError INDEXING_TOKENIZER of kind `away` while nothing can count tokens
   */
  async chunk(text: string, signal?: AbortSignal): Promise<(Chunk & StoredChunk)[]> {
    signal?.throwIfAborted();
    const opening = this.#open();
    // The thread keeps the process running only while it works on a page.
    this.#inHand += 1;
    opening.thread.ref();
    try {
      const opened = opening.latest ?? (await opening.first);
      if (opened.found) await this.#learnLimit(opened);
      else await this.#askTei(opened, signal);
      const slices = await this.#ask(opening.thread, text, signal);
      return slices.map((slice, index) => ({
        index,
        ...slice,
        text: text.slice(slice.start, slice.end),
        chunker: chunkerVersion,
      }));
    } finally {
      this.#inHand -= 1;
      if (this.#inHand === 0) opening.thread.unref();
    }
  }

  async close(): Promise<void> {
    await this.#opening?.thread.terminate();
  }

  #open(): TokenizerThread {
    if (this.#opening !== undefined) return this.#opening;
    const thread = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: this.#settings,
    });
    const first = Promise.withResolvers<Opened>();
    const opening: TokenizerThread = { thread, first: first.promise };
    // Those who wait for it get the error.
    first.promise.catch(() => undefined);
    thread.on('message', (message: FromThread) => {
      if ('opened' in message) {
        opening.latest = message.opened;
        this.#report(message.opened);
        first.resolve(message.opened);
      } else if ('count' in message) void this.#count(thread, message.count, message.text);
      else this.#settle(message);
    });
    const lost = (error: Error): void => {
      if (this.#opening === opening) this.#opening = undefined;
      const fault = new PulseError(
        'INDEXING_ERROR',
        'retryable',
        `the tokenizer's thread ended: ${error.message}`,
        error,
      );
      first.reject(fault);
      for (const { reject } of this.#waiting.values()) reject(fault);
      this.#waiting.clear();
    };
    thread.on('error', lost);
    thread.on('exit', (code) => lost(new Error(`exit code ${code}`)));
    thread.unref();
    this.#opening = opening;
    return opening;
  }

  #report(opened: Opened): void {
    const { found, problems } = opened;
    if (problems.length > 0) {
      this.#log.warn(
        { code: 'TOKENIZER_FILES', problems },
        found
          ? 'the tokenizer was downloaded, because the cache volume has none that can be read'
          : 'there is no tokenizer; tokens are counted by TEI as long as it answers',
      );
    }
    if (found) void this.#learnLimit(opened);
  }

  /**
   * Asks TEI for its limit: it may have been away until now, or have come back with another.
   *
   * @returns when the limit is known, or has been waited for
   */
  #learnLimit({ inputLimit }: Opened): Promise<void> {
    if (!this.#asksLimit && performance.now() - this.#limitAskedMs >= askEveryMs) {
      this.#asksLimit = true;
      this.#limitAskedMs = performance.now();
      const answer = this.#tei
        .inputLimit()
        // TEI is away or serves another model: the embedding stage reports it.
        .then(
          (limit) => this.#setLimit(limit, inputLimit),
          () => undefined,
        )
        .finally(() => {
          this.#asksLimit = false;
        });
      this.#limitWait = Promise.race([answer, delay(limitWaitMs, undefined, { ref: false })]);
    }
    return this.#teiLimit === undefined ? this.#limitWait : Promise.resolve();
  }

  #setLimit(limit: number, modelLimit: number | undefined): void {
    if (limit === this.#teiLimit) return;
    this.#teiLimit = limit;
    if (modelLimit !== undefined && limit < modelLimit)
      this.#log.warn(
        { tei: limit, model: modelLimit },
        'TEI takes shorter inputs than the model; chunks are cut for TEI',
      );
  }

  async #askTei({ problems }: Opened, signal: AbortSignal | undefined): Promise<void> {
    try {
      this.#teiLimit = await this.#tei.inputLimit();
    } catch (error) {
      signal?.throwIfAborted();
      throw new PulseError(
        'INDEXING_TOKENIZER',
        'away',
        [...problems, describeError(error)].join('; '),
        error,
      );
    }
  }

  async #ask(thread: Worker, text: string, signal: AbortSignal | undefined): Promise<Slices> {
    const id = ++this.#last;
    const post = (message: ToThread): void => thread.postMessage(message);
    const cancel = (): void => {
      post({ cancel: id });
      this.#waiting.get(id)?.reject(signal?.reason);
    };
    try {
      return await new Promise<Slices>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        signal?.addEventListener('abort', cancel, { once: true });
        post({ id, text, teiLimit: this.#teiLimit });
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#waiting.delete(id);
    }
  }

  #settle(answer: Exclude<FromThread, { opened: unknown } | { count: unknown }>): void {
    const waiting = this.#waiting.get(answer.id);
    if ('chunks' in answer) waiting?.resolve(answer.chunks);
    else
      waiting?.reject(
        {
          count: () => new PulseError('INDEXING_TOKENIZER', 'away', answer.problem),
          unfit: () => new PulseError('INDEXING_ERROR', 'final', answer.problem),
          other: () => new PulseError('INDEXING_ERROR', 'retryable', answer.problem),
        }[answer.fault](),
      );
  }

  async #count(thread: Worker, count: number, text: string): Promise<void> {
    const answer = await this.#tei.countTokens([text]).then(
      ([tokens]): ToThread => ({ count, tokens }),
      (error: unknown): ToThread => ({ count, problem: describeError(error) }),
    );
    thread.postMessage(answer);
  }
}
