import { setTimeout as pause } from 'node:timers/promises';

/** Crawlers at once; each keeps its connection. */
const callers = 4;
const pauseMs = 50;
/**
 * Each brings its own ones again and again. New ones all the time would fill the queue faster than
 * one worker empties it, and the verification's document would wait behind them.
 */
const pagesOfEach = 10;

/**
 * Programs that bring documents over HTTP all the time while something else happens. A request that
 * got no answer counts as the error's own code, such as `ECONNRESET`.
 */
export class Callers implements AsyncDisposable {
  readonly #running: Promise<unknown>;
  readonly #answers = new Map<string, number>();
  readonly #retryAfter = new Set<string | null>();
  /** Addresses of the documents that were taken. */
  readonly acknowledged = new Set<string>();
  #count = 0;
  #isStopped = false;

  /** @param name part of every document's address */
  constructor(address: string, key: string, name: string) {
    this.#running = Promise.all(
      Array.from({ length: callers }, (_, caller) =>
        this.#send(`${address}/api/documents`, key, `https://${name}.example.org/${caller}`),
      ),
    );
  }

  /** How many answers there were, by status or by error. */
  get answers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#answers);
  }

  /** How many answers of 200 and 202. */
  get count(): number {
    return this.#count;
  }

  /** The different `Retry-After` of answers that were no acknowledgement. */
  get retryAfter(): readonly (string | null)[] {
    return [...this.#retryAfter];
  }

  async #send(target: string, key: string, base: string): Promise<void> {
    for (let page = 0; !this.#isStopped; page += 1) {
      const url = `${base}/${page % pagesOfEach}`;
      const outcome = await this.#post(target, key, { url, title: url, markdown: `Page ${url}.` });
      this.#answers.set(outcome, (this.#answers.get(outcome) ?? 0) + 1);
      if (outcome === '202' || outcome === '200') {
        this.#count += 1;
        this.acknowledged.add(url);
      }
      await pause(pauseMs);
    }
  }

  async #post(target: string, key: string, page: object): Promise<string> {
    try {
      const answer = await fetch(target, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(page),
      });
      await answer.arrayBuffer();
      if (!answer.ok) this.#retryAfter.add(answer.headers.get('retry-after'));
      return String(answer.status);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code ?? String(error);
    }
  }

  /** Ends when each has its last answer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
