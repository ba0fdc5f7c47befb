/**
 * A document may kill the process that works on it (a crash of native code, the memory limit), and
 * takes the other jobs of the process with it. Which one was it? Every job that such a death left
 * behind is begun again with nothing else in its process: then only the guilty one dies again.
 */
export class ProcessLock {
  #running = 0;
  #exclusive: Promise<void> = Promise.resolve();
  #idle: (() => void) | undefined;

  /** Beside others, as soon as no suspect works. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    for (let gate = this.#exclusive; ; gate = this.#exclusive) {
      await gate;
      if (gate === this.#exclusive) break;
    }
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle?.();
    }
  }

  /**
   * With nothing else in this process: waits for what works to end; what comes in meanwhile waits
   * for this.
   */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#exclusive;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exclusive = promise;
    try {
      await before;
      if (this.#running > 0)
        await new Promise<void>((idle) => {
          this.#idle = idle;
        });
      this.#idle = undefined;
      return await work();
    } finally {
      resolve();
    }
  }
}

/**
 * Deaths of its process, with nothing else in it, after which a document is not begun again: one
 * could be an operator's SIGKILL.
 */
export const maxSoloCrashes = 2;
