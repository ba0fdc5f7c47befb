import { setTimeout as sleep } from 'node:timers/promises';

import { page } from '../harness/pages.ts';
import type { TestStack } from '../harness/test-stack.ts';
import type { Random } from './random.ts';

const everyMs = [20, 250] as const;
/** An intake whose Postgres is silent waits for it; no more than these wait. */
const mostInFlight = 24;
const mostParagraphs = 8;

/**
 * Documents come in: new ones, changed ones, deletions. One change of a document at a time, so that
 * the last one acknowledged is known.
 */
export class Traffic {
  readonly #stack: TestStack;
  readonly #random: Random;
  readonly #busy = new Set<number>();
  readonly #editions: number[] = [];
  readonly #ids = new Map<number, string>();
  readonly counts = { new: 0, changed: 0, deleted: 0, 'not acknowledged': 0 };

  constructor(stack: TestStack, random: Random) {
    this.#stack = stack;
    this.#random = random;
  }

  async run(signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      if (running.size < mostInFlight) {
        const one: Promise<void> = this.#change().finally(() => running.delete(one));
        running.add(one);
      }
      await sleep(this.#random.between(...everyMs), undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(running);
  }

  async #change(): Promise<void> {
    const kind =
      this.#editions.length === 0
        ? 'new'
        : this.#random.of(['new', 'new', 'changed', 'changed', 'changed', 'deleted'] as const);
    const number =
      kind === 'new' ? this.#editions.push(0) : this.#random.between(1, this.#editions.length);
    const paragraphs = this.#random.between(1, mostParagraphs);
    if (this.#busy.has(number)) return;
    this.#busy.add(number);
    try {
      await this.#ask(kind, number, paragraphs);
      this.counts[kind] += 1;
    } catch {
      // Its sender is told so, and the intake knows that both contents are right.
      this.counts['not acknowledged'] += 1;
    } finally {
      this.#busy.delete(number);
    }
  }

  async #ask(
    kind: 'new' | 'changed' | 'deleted',
    number: number,
    paragraphs: number,
  ): Promise<void> {
    const documentId = this.#ids.get(number);
    if (kind === 'deleted' && documentId !== undefined)
      return this.#stack.intake.remove(page(number).url, documentId);
    const edition = (this.#editions[number - 1] ?? 0) + 1;
    this.#editions[number - 1] = edition;
    this.#ids.set(number, await this.#stack.intake.submit(page(number, edition, paragraphs)));
  }
}
