import { Worker } from 'node:worker_threads';

import { PulseError } from '../errors.ts';
import { readPages } from './read-pages.ts';
import type { ReadPages } from './read-pages.ts';
import type { Reply, Request } from './thread.ts';

/** Cleaning takes some 0.1 ms a kilobyte: up to this size it holds up the event loop 30 ms at most. */
const largeBytes = 256 * 1024;

/** A thread that has nothing to read is ended after this time: its heap may have a large page in it. */
const idleMs = 5_000;

type Pending = PromiseWithResolvers<ReadPages>;

/** Reads pages: small bodies at once, large ones in a thread, one after the other. */
export class PageReader {
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last = 0;

  /**
   * @param bytes JSON of one page or of a list; not to be used afterwards
   * @throws PulseError API_SYNTAX, API_TOO_LARGE
   */
  async read(bytes: Buffer<ArrayBuffer>): Promise<ReadPages> {
    return isLarge(bytes) ? this.#ask(bytes) : readPages(bytes);
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  #end(): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
  }

  #ask(bytes: Buffer<ArrayBuffer>): Promise<ReadPages> {
    clearTimeout(this.#idle);
    const id = ++this.#last;
    const pending = Promise.withResolvers<ReadPages>();
    this.#pending.set(id, pending);
    this.#thread ??= this.#start();
    this.#thread.postMessage({ id, bytes } satisfies Request, [bytes.buffer]);
    return pending.promise;
  }

  #start(): Worker {
    const thread = new Worker(new URL('./thread.ts', import.meta.url));
    thread.on('message', ({ id, read, fault }: Reply) => {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      if (read !== undefined) pending?.resolve(read);
      else pending?.reject(toError(fault));
      if (this.#pending.size > 0) return;
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#end(), idleMs).unref();
    });
    const rejectAll = (reason: unknown): void => {
      // One that ended while it was idle may have a successor by now.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      for (const { reject } of this.#pending.values())
        reject(new Error('the thread that reads pages has ended', { cause: reason }));
      this.#pending.clear();
    };
    thread.on('error', rejectAll);
    thread.on('exit', rejectAll);
    thread.unref();
    return thread;
  }
}

export function isLarge(bytes: Uint8Array): boolean {
  return bytes.length > largeBytes;
}

function toError(fault: Reply['fault']): Error {
  return fault?.code === undefined
    ? new Error(fault?.message)
    : new PulseError(fault.code, 'final', fault.message);
}
