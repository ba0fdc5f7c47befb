import { setTimeout as sleep } from 'node:timers/promises';

import type { TestStack } from '../harness/test-stack.ts';
import type { WorkerProcess } from '../harness/worker-process.ts';

/** The restart policy of a stack waits a moment too. */
const restartAfterMs = 1_000;

/** Workers that are started again when they end, by whatever cause, as a stack's are. */
export class Workers {
  readonly #stack: TestStack;
  readonly #running: (WorkerProcess | undefined)[];
  #stopping = false;
  /** How they ended: code or signal, and how often. */
  readonly ends = new Map<string, number>();

  constructor(stack: TestStack, count: number) {
    this.#stack = stack;
    this.#running = Array.from({ length: count });
    for (let member = 0; member < count; member++) void this.#keep(member);
  }

  get running(): number {
    return this.#running.filter((worker) => worker !== undefined).length;
  }

  signal(member: number, signal: NodeJS.Signals): void {
    this.#running[member]?.kill(signal);
  }

  stop(): void {
    this.#stopping = true;
  }

  async #keep(member: number): Promise<void> {
    while (!this.#stopping) {
      const worker = this.#stack.startWorker({ WEBHOOK_WORKER_NAME: `worker-${member + 1}` });
      this.#running[member] = worker;
      const { code, signal } = await worker.exited;
      this.#running[member] = undefined;
      const end = signal ?? `exit ${code}`;
      this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
      await sleep(restartAfterMs);
    }
  }
}
