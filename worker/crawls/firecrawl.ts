import { writeAuthorization } from '../../shared/service-access.ts';
import type { CrawlPage } from '../documents/crawl-page.ts';
import { describeError, PulseError } from '../errors.ts';
import type { Crawl } from '../records/crawl-pages.ts';
import { askSender, wrongAnswer } from './ask-sender.ts';
import type { Sender, SenderAnswer } from './ask-sender.ts';
import { readCrawlErrors, saysUnknown } from './read-status.ts';
import type { CrawlErrors, CrawlStatus } from './read-status.ts';

export interface FirecrawlSettings {
  readonly firecrawlUrl: string;
  readonly firecrawlApiKey: string | undefined;
}

/** What Firecrawl says of a crawl as a whole. */
export type CrawlView = Pick<CrawlStatus, 'state' | 'reason' | 'total' | 'completed'> & {
  /**
   * How many different pages it named: those that it got, those that it did not get, and those that
   * robots.txt forbids.
   */
  readonly named: number;
  /** Whether those that it did not get are among them. */
  readonly isLostNamed: boolean;
};

/** Most parts have many pages, and 100,000 pages are more than any crawl has. */
const maxParts = 10_000;
const versions = ['v2', 'v1'] as const;

/**
 * Firecrawl's status API, of version 2 or else 1. Four things about it are known and held against:
 * the address of the next part is one at which it may not be reached; that part may be the same one
 * for ever; `limit` leaves a page out; and a crawl may never be done.
 */
export class Firecrawl {
  readonly #sender: Sender;
  readonly #readStatus: (bytes: Buffer<ArrayBuffer>) => Promise<CrawlStatus>;

  /** @param readStatus `readCrawlStatus`, where it holds up nothing else */
  constructor(
    { firecrawlUrl, firecrawlApiKey }: FirecrawlSettings,
    readStatus: (bytes: Buffer<ArrayBuffer>) => Promise<CrawlStatus>,
  ) {
    this.#sender = {
      code: 'FIRECRAWL',
      url: firecrawlUrl,
      headers: { accept: 'application/json', ...writeAuthorization({ apiKey: firecrawlApiKey }) },
    };
    this.#readStatus = readStatus;
  }

  /**
   * Reads everything that Firecrawl has of a crawl.
   *
   * @param take is given the pages, part by part
   * @returns undefined when Firecrawl does not know the crawl
   * @throws SenderFault; what `take` was given stays
   */
  async readCrawl(
    { id, kind }: Pick<Crawl, 'id' | 'kind'>,
    signal: AbortSignal,
    take: (pages: readonly CrawlPage[]) => Promise<void>,
  ): Promise<CrawlView | undefined> {
    const name = encodeURIComponent(id);
    const path = kind === 'crawl' ? `/crawl/${name}` : `/batch/scrape/${name}`;
    const first = await this.#findVersion(path, signal);
    if (first === undefined) return undefined;
    const base = `/${first.version}${path}`;
    const named = new Set<string>();
    let view = await this.#parse(first.answer);
    for (let part = 1, skip = 0; part < maxParts; part += 1) {
      view.pages.forEach(({ key }, place) => named.add(key ?? `${skip}/${place}`));
      await take(view.pages.map(({ page }) => page));
      const { next } = view;
      // A part without pages is not the last: its jobs may all have failed.
      if (next === undefined || next <= skip) break;
      skip = next;
      const answer = await askSender(this.#sender, `${base}?skip=${skip}`, signal);
      if (answer.status === 404) return undefined;
      view = await this.#parse(answer);
    }
    const errors = await this.#readErrors(base, signal);
    await take((errors ?? []).map(({ page }) => page));
    for (const { key } of errors ?? []) named.add(key);
    const { state, reason, total, completed } = view;
    const isLostNamed = errors !== undefined;
    return { state, reason, total, completed, named: named.size, isLostNamed };
  }

  /** @returns the first answer of the version that has this route */
  async #findVersion(
    path: string,
    signal: AbortSignal,
  ): Promise<{ version: string; answer: SenderAnswer } | undefined> {
    for (const version of versions) {
      const answer = await askSender(this.#sender, `/${version}${path}`, signal);
      if (answer.status !== 404) return { version, answer };
      if (saysUnknown(answer.body)) return undefined;
    }
    throw wrongAnswer(this.#sender, `GET /v2${path} and /v1${path}: there is no such route`);
  }

  async #parse({ body }: SenderAnswer): Promise<CrawlStatus> {
    try {
      return await this.#readStatus(body);
    } catch (error) {
      throw error instanceof PulseError && error.kind === 'away'
        ? error
        : wrongAnswer(this.#sender, `the status of a crawl: ${describeError(error)}`);
    }
  }

  /** @returns undefined of an earlier Firecrawl, which has no such route */
  async #readErrors(base: string, signal: AbortSignal): Promise<CrawlErrors | undefined> {
    const { status, body } = await askSender(this.#sender, `${base}/errors`, signal);
    if (status === 404) return undefined;
    try {
      return readCrawlErrors(body);
    } catch (error) {
      throw wrongAnswer(this.#sender, `the errors of a crawl: ${describeError(error)}`);
    }
  }
}
