import { Worker } from 'node:worker_threads';

import { bulkhead } from 'cockatiel';

import { PulseError } from '../errors.ts';
import { readers } from './readers.ts';
import type { ReaderName, ReadOf } from './readers.ts';
import type { Reply, Request } from './thread.ts';

/** Cleaning takes some 0.1 ms a kilobyte: up to this size it holds up the event loop 30 ms at most. */
const largeBytes = 256 * 1024;

/** A thread that has nothing to read is ended after this time: its heap may have a large page in it. */
const idleMs = 5_000;

/**
 * Heap of the thread. HTML of 10 MB with 590,000 elements needs that much; without a limit V8
 * collects later, and the process takes 524 MiB for it in place of 334. Beyond the limit the thread
 * ends and not the process.
 */
const defaultHeapMiB = 160;
const youngHeapMiB = 8;

interface Task {
  readonly reader: ReaderName;
  readonly bytes: Buffer<ArrayBuffer>;
  readonly result: PromiseWithResolvers<ReadOf<ReaderName>>;
}

/** Reads pages: small bodies at once, large ones in a thread, one after the other. */
export class PageReader {
  readonly #heapMiB: number;
  readonly #oneAtATime = bulkhead(1, Infinity);
  readonly #waiting: Task[] = [];
  #running: Task | undefined;
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(heapMiB = defaultHeapMiB) {
    this.#heapMiB = heapMiB;
  }

  /**
   * @param bytes JSON of one page or of a list; not to be used afterwards
   * @throws PulseError API_SYNTAX, API_TOO_LARGE
   */
  async read(bytes: Buffer<ArrayBuffer>): Promise<ReadOf<'pages'>> {
    return this.readAs('pages', bytes);
  }

  /**
   * @param bytes not to be used afterwards
   * @throws PulseError as the reader does, and API_TOO_LARGE
   */
  async readAs<Name extends ReaderName>(
    reader: Name,
    bytes: Buffer<ArrayBuffer>,
  ): Promise<ReadOf<Name>> {
    const read = isLarge(bytes) ? await this.#ask(reader, bytes) : readers[reader](bytes);
    return read as ReadOf<Name>;
  }

  /**
   * Does the work with a body, of large bodies one at a time: eight pages of 10 MB at once take 320
   * instead of 365 MiB (npm run bench api).
   *
   * @param work reads the body and stores what it holds
   */
  takeTurn<Result>(body: Uint8Array, work: () => Promise<Result>): Promise<Result> {
    return isLarge(body) ? this.#oneAtATime.execute(work) : work();
  }

  async close(): Promise<void> {
    for (const { result } of this.#waiting.splice(0))
      result.reject(new Error('pages are read no more: this process stops'));
    await this.#thread?.terminate();
  }

  #end(): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  #ask(reader: ReaderName, bytes: Buffer<ArrayBuffer>): Promise<ReadOf<ReaderName>> {
    const result = Promise.withResolvers<ReadOf<ReaderName>>();
    this.#waiting.push({ reader, bytes, result });
    if (this.#running === undefined) this.#next();
    return result.promise;
  }

  /** Hands the thread one body at a time: one that ends it takes no other along. */
  #next(): void {
    clearTimeout(this.#idle);
    this.#running = this.#waiting.shift();
    if (this.#running === undefined) {
      this.#idle = setTimeout(() => this.#end(), idleMs).unref();
      return;
    }
    const { reader, bytes } = this.#running;
    this.#thread ??= this.#start();
    this.#thread.postMessage({ reader, bytes } satisfies Request, [bytes.buffer]);
  }

  #start(): Worker {
    const thread = new Worker(new URL('./thread.ts', import.meta.url), {
      resourceLimits: {
        maxOldGenerationSizeMb: this.#heapMiB,
        maxYoungGenerationSizeMb: youngHeapMiB,
      },
    });
    thread.on('message', ({ read, fault }: Reply) => {
      if (read !== undefined) this.#running?.result.resolve(read);
      else this.#running?.result.reject(toError(fault));
      this.#next();
    });
    const hasEnded = (reason: unknown): void => {
      // One that ended while it was idle may have a successor by now.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#running?.result.reject(endOf(reason));
      this.#next();
    };
    thread.on('error', hasEnded);
    thread.on('exit', hasEnded);
    thread.unref();
    return thread;
  }
}

function endOf(reason: unknown): Error {
  if ((reason as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new PulseError(
      'API_TOO_LARGE',
      'final',
      'needs more memory than the API has: send fewer or smaller pages at once',
      reason,
    );
  return new Error('the thread that reads pages has ended', { cause: reason });
}

export function isLarge(bytes: Uint8Array): boolean {
  return bytes.length > largeBytes;
}

function toError(fault: Reply['fault']): Error {
  return fault?.code === undefined
    ? new Error(fault?.message)
    : new PulseError(fault.code, 'final', fault.message);
}
