import type { CrawlPage } from '../documents/crawl-page.ts';
import { cutLine } from '../documents/short-text.ts';
import { describeError, PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { storeCrawlPages } from '../records/crawl-pages.ts';
import {
  findDueCrawl,
  noteDueCrawls,
  noteLostEnd,
  noteNews,
  noteVerdict,
  readCrawlAges,
} from '../records/reconciliation.ts';
import type { CrawlAges, DueCrawl, Verdict } from '../records/reconciliation.ts';
import type { Services } from '../services.ts';
import { SenderFault } from './ask-sender.ts';
import type { CrawlView, Firecrawl } from './firecrawl.ts';
import { planNext, silentMs } from './plan.ts';
import { splitPages } from './split-pages.ts';

export interface ReconcileDependencies {
  readonly pool: Services['pool'];
  readonly log: Logger;
  readonly firecrawl: Firecrawl;
  /** Tells the workers of documents with a new version; it lets nobody wait for Redis. */
  readonly enqueue: (documentIds: readonly string[]) => Promise<void>;
}

const source = 'firecrawl';
/** So that a run ends, and what it did is to be seen. */
const maxCrawls = 500;
const maxProblemLength = 1_000;

/**
 * Asks Firecrawl for every crawl that is due. When Firecrawl does not answer, the others wait for
 * the next run.
 *
 * @returns how many crawls were asked for, and how many of their pages were new
 */
export async function reconcileDue(
  dependencies: ReconcileDependencies,
  signal: AbortSignal,
): Promise<{ crawls: number; pages: number }> {
  const { pool } = dependencies;
  await noteDueCrawls(pool, source, silentMs);
  const done = { crawls: 0, pages: 0 };
  while (done.crawls < maxCrawls) {
    signal.throwIfAborted();
    const crawl = await findDueCrawl(pool, source);
    if (crawl === undefined) break;
    const { pages, isAway } = await reconcile(dependencies, crawl, signal);
    done.crawls += 1;
    done.pages += pages;
    if (isAway) break;
  }
  return done;
}

async function reconcile(
  { pool, log, firecrawl, enqueue }: ReconcileDependencies,
  crawl: DueCrawl,
  signal: AbortSignal,
): Promise<{ pages: number; isAway: boolean }> {
  const taken: Taken = { found: 0, refused: 0, fault: undefined };
  const store = async (pages: readonly CrawlPage[]): Promise<void> => {
    signal.throwIfAborted();
    try {
      const via = 'reconciliation';
      const { accepted } = await storeCrawlPages(pool, { crawl, via, pages });
      taken.found += accepted.length;
      await enqueue(accepted.map(({ documentId }) => documentId));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (pages.length <= 1) {
        taken.refused += 1;
        taken.fault ??= error;
        return;
      }
      // One page is the reason, and the others come in.
      const half = Math.ceil(pages.length / 2);
      await store(pages.slice(0, half));
      await store(pages.slice(half));
    }
  };
  const take = async (pages: readonly CrawlPage[]): Promise<void> => {
    for (const some of splitPages(pages.map((one) => ofCrawl(one, crawl.id)))) await store(some);
  };
  const asked = await firecrawl.readCrawl(crawl, signal, take).catch((error: unknown) => {
    signal.throwIfAborted();
    if (isOfPostgres(error)) throw error;
    return error instanceof SenderFault
      ? error
      : new SenderFault('FIRECRAWL_ANSWER', 'final', describeError(error));
  });
  const verdict =
    asked instanceof SenderFault
      ? await judgeFault(pool, crawl, asked)
      : await judgeView(pool, crawl, asked, taken);
  await noteVerdict(pool, crawl, verdict);
  report(log, crawl, verdict, taken.found);
  return { pages: taken.found, isAway: asked instanceof SenderFault && asked.kind === 'away' };
}

/** What became of the pages that Firecrawl gave. */
interface Taken {
  /** With a new version. */
  found: number;
  /** Those that Postgres does not take, however often they come. */
  refused: number;
  /** Why it did not take the first of them. */
  fault: PulseError | undefined;
}

function isOfPostgres(error: unknown): error is PulseError {
  return error instanceof PulseError && error.code.startsWith('POSTGRES');
}

/** @returns whether Postgres is there, and does not do this: the pages are the reason */
function isRefusal(error: unknown): error is PulseError {
  return isOfPostgres(error) && error.kind !== 'away';
}

/** What Firecrawl has of a page does not name the crawl. */
function ofCrawl(one: CrawlPage, crawlId: string): CrawlPage {
  return 'page' in one ? { ...one, page: { ...one.page, crawlId } } : one;
}

async function judgeFault(
  pool: Services['pool'],
  { id }: DueCrawl,
  { code, message, retryAfterMs }: SenderFault,
): Promise<Verdict> {
  const { sinceEndMs, sinceChangeMs } = await readCrawlAges(pool, id);
  const nextMs = planNext({
    sinceEndMs: sinceEndMs ?? undefined,
    sinceChangeMs,
    isAnswered: false,
    retryAfterMs,
  });
  const reconciliation = nextMs === undefined ? 'incomplete' : 'waiting';
  return { reconciliation, code, problem: cutLine(message, maxProblemLength), nextMs };
}

async function judgeView(
  pool: Services['pool'],
  crawl: DueCrawl,
  view: CrawlView | undefined,
  { found, refused, fault }: Taken,
): Promise<Verdict> {
  if (view === undefined) {
    const problem = 'Firecrawl does not know the crawl, or has forgotten it';
    await noteLostEnd(pool, crawl.id, problem);
    return { reconciliation: 'expired', code: 'CRAWL_EXPIRED', problem, nextMs: undefined };
  }
  const isProgress =
    found > 0 ||
    (crawl.state === 'running' && view.state !== 'running') ||
    (crawl.total !== null && (crawl.total !== view.total || crawl.completed !== view.completed));
  await noteNews(pool, crawl.id, { ...view, isProgress });
  const ages = await readCrawlAges(pool, crawl.id);
  const { sinceEndMs, sinceChangeMs } = ages;
  const missing = countMissing({ ...view, named: view.named - refused }, ages);
  if (missing === 0 && sinceEndMs !== null)
    return { reconciliation: 'complete', code: null, problem: null, missing, nextMs: undefined };
  const nextMs = planNext({
    sinceEndMs: sinceEndMs ?? undefined,
    sinceChangeMs,
    isAnswered: true,
    retryAfterMs: 0,
  });
  if (fault !== undefined) {
    const reconciliation = nextMs === undefined ? 'incomplete' : 'waiting';
    const problem = cutLine(`${refused} pages: ${fault.message}`, maxProblemLength);
    return { reconciliation, code: fault.code, problem, missing, nextMs };
  }
  if (nextMs !== undefined)
    return { reconciliation: 'waiting', code: null, problem: null, missing, nextMs };
  return {
    reconciliation: 'incomplete',
    code: 'CRAWL_INCOMPLETE',
    problem:
      `Firecrawl counts ${view.total} pages, is done with ${view.completed}, ` +
      `and has named ${view.named}; nothing has changed for an hour`,
    missing,
    nextMs,
  };
}

/**
 * Counts the pages of which nothing is known. Of a crawl that did not come to its end, Firecrawl
 * counts as well what it never asked for.
 *
 * @param ages rows: one where several addresses lead to one page; and where a page was got by
 *   another address than the one by which it had failed, two, of which the lost one does not count
 */
function countMissing(
  { state, total, completed, named, isLostNamed }: CrawlView,
  { pages, lostPages }: Pick<CrawlAges, 'pages' | 'lostPages'>,
): number {
  const expected = state === 'failed' || state === 'cancelled' ? completed : total;
  const known = isLostNamed ? pages - lostPages : pages;
  return Math.max(0, expected - Math.max(named, known));
}

function report(
  log: Logger,
  { id: crawl }: DueCrawl,
  { reconciliation, code, problem, missing }: Verdict,
  found: number,
): void {
  const about = { crawl, reconciliation, found, missing, problem, ...(code && { code }) };
  if (reconciliation === 'incomplete') log.warn(about, 'a crawl stays incomplete');
  else if (reconciliation === 'expired') log.warn(about, 'a crawl cannot be asked for any more');
  else log.info(about, 'asked for the pages of a crawl');
}
