/**
 * A document may kill the process that works on it (a crash of native code, the memory limit), and
 * the other jobs of the process with it. To find out which one did, every job that was active at
 * such a death runs with nothing else in its process: only the guilty one kills it again.
 */
export class ProcessLock {
  #running = 0;
  #exclusive: Promise<void> = Promise.resolve();
  #onIdle: (() => void) | undefined;

  /** Does work next to other work, as soon as no exclusive work waits or runs. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    for (let last = this.#exclusive; ; last = this.#exclusive) {
      await last;
      if (last === this.#exclusive) break;
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#onIdle?.();
    }
  }

  /**
   * Does work with nothing else in this process: waits until what runs has ended, and keeps other
   * work waiting.
   */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#exclusive;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exclusive = promise;
    try {
      await before;
      if (this.#running > 0)
        await new Promise<void>((onIdle) => {
          this.#onIdle = onIdle;
        });
      this.#onIdle = undefined;
      return await work();
    } finally {
      resolve();
    }
  }
}

/**
 * Deaths of its process, with nothing else in it, after which a document is not tried again. One
 * could be an operator's SIGKILL.
 */
export const maxSoloCrashes = 2;
