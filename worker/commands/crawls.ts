import { crawls as definition } from '../../shared/commands/crawls.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { formatTable } from '../../shared/table.ts';
import { pruneCrawl } from '../operator/crawls.ts';
import type { Pruned } from '../operator/crawls.ts';
import { listCrawlPages, listCrawls, readCrawl } from '../records/crawls.ts';
import type {
  CrawlPlace,
  CrawlStatus,
  CrawlTimes,
  ListedCrawl,
  ListedPage,
} from '../records/crawls.ts';
import { requestReconciliation } from '../records/reconciliation.ts';
import { workerGroup } from './command.ts';
import type { Answer, Context } from './command.ts';
import { formatAge } from './format.ts';

type ListInput = InputOf<typeof definition.subcommands.list>;
type PruneInput = InputOf<typeof definition.subcommands.prune>;
interface IdInput {
  readonly id: string;
}

/** Lost pages that `show` names; the API lists all. */
const maxShownPages = 50;

/** What an operator does with crawls, as the API's routes do. */
export const crawls = workerGroup(definition, { list, show, reconcile, prune });

const isAsked = ({ settings }: Context): boolean => settings.firecrawlUrl !== undefined;

async function list(context: Context, { state, limit }: ListInput): Promise<Answer> {
  const { pool } = context.services;
  const items: ListedCrawl[] = [];
  let next: CrawlPlace | undefined;
  do {
    const left = limit - items.length;
    const part = await listCrawls(pool, { state }, isAsked(context), left, next);
    items.push(...part.items);
    next = part.next;
  } while (next !== undefined && items.length < limit);
  const isAll = next === undefined;
  if (items.length === 0)
    return { value: { crawls: items, isAll }, text: 'There is no such crawl.' };
  const more = isAll ? '' : `\nThere are more than these ${limit}: --limit.`;
  return { value: { crawls: items, isAll }, text: `${formatTable(items.map(formatCrawl))}${more}` };
}

function formatCrawl({ id, state, startedAt, url, pages, reconciled }: ListedCrawl): object {
  return {
    id,
    state,
    begun: `${formatAge(ageOf(startedAt))} ago`,
    pages: pages.seen,
    lost: pages.failed + pages.rejected,
    missing: pages.missing ?? '?',
    reconciled: reconciled.state,
    url: url ?? '',
  };
}

function ageOf(time: Date): number {
  return Math.max(0, Math.round((Date.now() - time.getTime()) / 1_000));
}

async function show(context: Context, { id }: IdInput): Promise<Answer> {
  const { pool } = context.services;
  const crawl = await readCrawl(pool, id, isAsked(context));
  if (crawl === undefined) return answerUnknown(id);
  const lost: ListedPage[] = [];
  for (const outcome of ['failed', 'rejected'] as const)
    lost.push(...((await listCrawlPages(pool, id, outcome, maxShownPages))?.items ?? []));
  return { value: { ...crawl, lost }, text: formatWhole(crawl, lost) };
}

function formatWhole(
  crawl: CrawlStatus & { readonly times: CrawlTimes },
  lost: readonly ListedPage[],
): string {
  const { pages, reconciled, times } = crawl;
  const ms = (value: number | null): string => (value === null ? '' : `${value} ms`);
  const fields: readonly (readonly [name: string, value: string | number | null])[] = [
    ['crawl', crawl.id],
    ['sender', `${crawl.source}, ${crawl.kind}`],
    ['address', crawl.url],
    ['state', crawl.state + (crawl.reason === null ? '' : `: ${crawl.reason}`)],
    ['begun', crawl.startedAt.toISOString()],
    ['last delivery', crawl.lastDeliveryAt.toISOString()],
    ['ended', crawl.endedAt?.toISOString() ?? null],
    ['pages', `${pages.seen} of ${reconciled.total ?? '?'}, ${pages.missing ?? '?'} missing`],
    ['  came in', `${pages.accepted} new, ${pages.unchanged} unchanged, ${pages.older} older`],
    ['  lost', `${pages.failed} failed, ${pages.rejected} rejected`],
    [
      '  documents',
      `${pages.indexed} indexed, ${pages.pending} pending, ${pages.notIndexed} failed`,
    ],
    ['reconciled', reconciled.state + (reconciled.at ? `, ${reconciled.at.toISOString()}` : '')],
    ['asked next', reconciled.nextAt?.toISOString() ?? null],
    ['problem', [reconciled.code, reconciled.problem].filter((part) => part !== null).join(': ')],
    ['half findable by keyword after', ms(times.p50ToKeywordMs)],
    ['95 % indexed after', ms(times.p95ToIndexedMs)],
  ];
  const shown = fields.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length)) + 2;
  const rows = lost.map(({ outcome, url, code, reason }) => ({
    outcome,
    url,
    reason: [code, reason]
      .filter((part) => part !== null)
      .join(': ')
      .slice(0, 100),
  }));
  return [
    ...shown.map(([name, value]) => `${name.padEnd(width)}${value}`),
    ...(rows.length > 0 ? ['', formatTable(rows)] : []),
  ].join('\n');
}

async function reconcile(context: Context, { id }: IdInput): Promise<Answer> {
  const refused = { value: { id, asked: false }, ok: false };
  if (!isAsked(context))
    return { ...refused, text: 'pulse:firecrawlUrl is not set: there is nobody to ask.' };
  if (!(await requestReconciliation(context.services.pool, id))) return answerUnknown(id);
  return {
    value: { id, asked: true },
    text: `Firecrawl is asked within some seconds: ./pulse crawls show ${id}`,
  };
}

async function prune({ services }: Context, { id, confirm }: PruneInput): Promise<Answer> {
  const pruned = await pruneCrawl(services, id, confirm);
  return pruned === undefined
    ? answerUnknown(id)
    : { value: { id, ...pruned }, text: formatPruned(pruned), ok: pruned.outcome === 'pruned' };
}

function formatPruned(pruned: Pruned): string {
  if (pruned.outcome === 'pruned') return `${pruned.documents} document(s) deleted.`;
  const { reason, plan } = pruned;
  const { count = 0, hosts = [], urls = [] } = plan ?? {};
  return [
    `Nothing was deleted: ${reason}.`,
    ...hosts.map(
      ({ host, unseen, documents }) => `${host}: ${unseen} of ${documents} documents not seen`,
    ),
    ...urls.map((url) => `  ${url}`),
    ...(count > urls.length ? [`  and ${count - urls.length} more`] : []),
  ].join('\n');
}

function answerUnknown(id: string): Answer {
  return { value: { id, known: false }, text: 'There is no such crawl.', ok: false };
}
