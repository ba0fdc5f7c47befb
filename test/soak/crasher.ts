import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from './faults.ts';
import type { Random } from './random.ts';

const pauseMs = [500, 4_000] as const;

/** Injects faults at random, several at a time, until told to stop; then ends those that last. */
export class Crasher {
  readonly #faults: readonly Fault[];
  readonly #random: Random;
  readonly #now = new Map<string, { readonly fault: Fault; readonly over: Promise<void> }>();
  /** How often each has been injected. */
  readonly injected = new Map<string, number>();

  constructor(faults: readonly Fault[], random: Random) {
    this.#faults = faults;
    this.#random = random;
  }

  get now(): string[] {
    return [...this.#now.values()].map(({ fault }) => fault.name);
  }

  /** @throws when a fault cannot be begun or ended: then the soak proves nothing */
  async run(signal: AbortSignal): Promise<void> {
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined); // a rejection is handled in the races below
    while (!signal.aborted) {
      // Drawn even where it cannot be injected: the same seed draws the same faults, however long
      // they take.
      const fault = this.#random.of(this.#faults);
      const lastsMs = this.#random.between(...fault.lasts) * 1_000;
      if (!this.#now.has(fault.target)) this.#inject(fault, lastsMs, signal, failed.reject);
      await Promise.race([
        sleep(this.#random.between(...pauseMs), undefined, { signal }).catch(() => undefined),
        failed.promise,
      ]);
    }
    await Promise.race([
      Promise.all([...this.#now.values()].map(({ over }) => over)),
      failed.promise,
    ]);
  }

  #inject(
    fault: Fault,
    lastsMs: number,
    signal: AbortSignal,
    onFailed: (error: unknown) => void,
  ): void {
    this.injected.set(fault.name, (this.injected.get(fault.name) ?? 0) + 1);
    const over = (async () => {
      await fault.begin();
      await sleep(lastsMs, undefined, { signal }).catch(() => undefined);
      await fault.end();
      this.#now.delete(fault.target);
    })();
    over.catch(onFailed);
    this.#now.set(fault.target, { fault, over });
  }
}
