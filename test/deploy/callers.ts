import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../harness/eventually.ts';
import { crawlPage, record, signed } from '../harness/hooks.ts';

/** Programs at once; each keeps its connection. */
const callers = 8;
const pauseMs = 20;
/** A host that vanished closes no connection. */
const answerWithinMs = 60_000;

/** What a caller sends: a document, or a signed delivery of a crawl with one page. */
interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Programs that bring documents over HTTP all the time while something else happens: each document
 * once, then all of them again. Every other one delivers as Firecrawl does. A request that got no
 * answer counts as the error's own code, such as `ECONNRESET`.
 */
export class Callers implements AsyncDisposable {
  /** The part that the addresses of all documents begin with. */
  readonly beginning: string;
  readonly urls: readonly string[];
  /** Those of them that come as deliveries. */
  readonly delivered: readonly string[];
  readonly #deliveries = new Map<string, string>();
  readonly #address: string;
  /** That of the crawl. The delivery of a page is named `<crawl>.<the end of its address>`. */
  readonly name: string;
  readonly #keys: { readonly admin: string; readonly hooks: string };
  readonly #running: Promise<unknown>;
  readonly #answers = new Map<string, number>();
  readonly #answered = new Set<string>();
  readonly #retryAfter = new Set<string | null>();
  /** Addresses of the documents that were taken. */
  readonly acknowledged = new Set<string>();
  #count = 0;
  #isStopped = false;

  /**
   * @param name part of every document's address
   * @param documents how many different ones there are
   */
  constructor(
    address: string,
    keys: { readonly admin: string; readonly hooks: string },
    name: string,
    documents: number,
  ) {
    this.#address = address;
    this.name = name;
    this.#keys = keys;
    this.beginning = `https://${name}.example.org/`;
    this.urls = Array.from({ length: documents }, (_, page) => `${this.beginning}${page}`);
    this.delivered = this.urls.filter((_, page) => page % 2 === 1);
    this.#running = Promise.all(
      Array.from({ length: callers }, (_, caller) =>
        this.#sendAgainAndAgain(this.urls.filter((_, page) => page % callers === caller)),
      ),
    );
  }

  /** How many answers there were, by status or by error. */
  get answers(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#answers);
  }

  /** Whether each document was sent and answered at least once. */
  get sentAll(): boolean {
    return this.#answered.size === this.urls.length;
  }

  /** How many answers of 200 and 202. */
  get count(): number {
    return this.#count;
  }

  /** The different `Retry-After` of answers that were no acknowledgement. */
  get retryAfter(): readonly (string | null)[] {
    return [...this.#retryAfter];
  }

  async #sendAgainAndAgain(urls: readonly string[]): Promise<void> {
    for (let sent = 0; !this.#isStopped; sent += 1) {
      await this.#send(urls[sent % urls.length] as string);
      await pause(pauseMs);
    }
  }

  async #send(url: string): Promise<void> {
    const isDelivered = this.delivered.includes(url);
    const outcome = await this.#post(isDelivered ? this.#delivery(url) : this.#document(url));
    this.#answers.set(outcome, (this.#answers.get(outcome) ?? 0) + 1);
    this.#answered.add(url);
    if (outcome !== '202' && outcome !== '200') return;
    this.#count += 1;
    this.acknowledged.add(url);
  }

  #document(url: string): Sent {
    return {
      path: '/api/documents',
      headers: { authorization: `Bearer ${this.#keys.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url, title: url, markdown: `Page ${url}.` }),
    };
  }

  /** The same one whenever it is sent. */
  #delivery(url: string): Sent {
    const page = crawlPage(this.name, record(url, `Page ${url}.`));
    const webhookId = `${this.name}.${url.slice(this.beginning.length)}`;
    const body = this.#deliveries.get(url) ?? JSON.stringify({ ...page, webhookId });
    this.#deliveries.set(url, body);
    return { path: '/api/webhook/firecrawl', headers: signed(body, this.#keys.hooks), body };
  }

  async #post({ path, headers, body }: Sent): Promise<string> {
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await fetch(this.#address + path, { method: 'POST', headers, body, signal });
      await answer.arrayBuffer();
      if (!answer.ok) this.#retryAfter.add(answer.headers.get('retry-after'));
      return String(answer.status);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      return cause?.code ?? String(error);
    }
  }

  /** Sends again what was not acknowledged, until all is; after `stop`. */
  resend(): Promise<void> {
    return eventually('answers to all that is sent again', async () => {
      for (const url of this.urls) if (!this.acknowledged.has(url)) await this.#send(url);
      const left = this.urls.length - this.acknowledged.size;
      if (left > 0) throw new Error(`${left} are left: ${JSON.stringify(this.answers)}`);
    });
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
