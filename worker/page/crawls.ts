import type { FastifyInstance } from 'fastify';

import { crawlNotFound, requireCrawlName } from '../api/crawl-address.ts';
import type { OfCrawl } from '../api/crawl-address.ts';
import { crawlPagesQuery, crawlsQuery } from '../api/crawl-contracts.ts';
import { writeCursor } from '../api/cursors.ts';
import { parseInput } from '../api/input.ts';
import { PulseError } from '../errors.ts';
import { crawlStates, listCrawlPages, listCrawls, readCrawl } from '../records/crawls.ts';
import type { ListedCrawl } from '../records/crawls.ts';
import { requestReconciliation } from '../records/reconciliation.ts';
import { describeCrawl, listPages } from './crawl-parts.ts';
import { doneNotice } from './done.ts';
import type { Done } from './done.ts';
import {
  address,
  count,
  crawlAddress,
  foreign,
  pager,
  select,
  stateBadge,
  table,
  time,
} from './elements.ts';
import { isReadOnly } from './guard.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { Query, ScreenParts } from './screen.ts';

const states = [
  { value: '', text: 'Any' },
  ...crawlStates.map((state) => ({ value: state, text: state })),
];
const liveSeconds = 5;

/** Crawls, and what became of the pages of each. */
export async function addCrawlScreens(
  app: FastifyInstance,
  { settings, services: { pool, log }, gate, show }: ScreenParts,
): Promise<void> {
  const isAsked = settings.firecrawlUrl !== undefined;
  const toRead = screenOptions('read', [gate.enter]);

  app.get('/crawls', toRead, async (request, reply) => {
    const query = readParameters(request);
    const { cursor, limit, ...filter } = parseInput(crawlsQuery, query);
    const [startedAt = '', id = ''] = cursor ?? [];
    const after = cursor && { startedAt, id };
    const { items, next } = await listCrawls(pool, filter, isAsked, limit, after);
    const following = next && writeCursor(`w${next.startedAt}`, next.id);
    return show(request, reply, {
      title: 'Crawls',
      section: 'crawls',
      content: html`${writeFilters(query)}${list(items)}
      ${pager(
        query['cursor'] && address('/crawls', { ...query, cursor: undefined }),
        following && address('/crawls', { ...query, cursor: following }),
        'crawls',
      )}`,
    });
  });

  app.get<OfCrawl>('/crawls/:id', toRead, async (request, reply) => {
    const { id } = request.params;
    requireCrawlName(id);
    const { done, ...query } = readParameters(request);
    const { cursor, limit, outcome } = parseInput(crawlPagesQuery, query);
    // A URL that is no address may have any characters.
    const after = cursor && Buffer.from(cursor[0] as string, 'latin1').toString();
    const [crawl, pages] = await Promise.all([
      readCrawl(pool, id, isAsked),
      listCrawlPages(pool, id, outcome, limit, after),
    ]);
    if (crawl === undefined || pages === undefined) throw crawlNotFound();
    const following = pages.next === undefined ? undefined : writeCursor(`p${pages.next}`);
    return show(request, reply, {
      title: crawl.url ?? crawl.id,
      section: 'crawls',
      ...(crawl.state === 'running' && { liveSeconds }),
      content: [
        doneNotice(done),
        describeCrawl(crawl, isAsked && !isReadOnly(request)),
        listPages(crawl, pages.items, outcome),
        pager(
          query['cursor'] && address(crawlAddress(id), { ...query, cursor: undefined }),
          following && address(crawlAddress(id), { ...query, cursor: following }),
          'pages',
        ),
      ],
    });
  });

  app.post<OfCrawl>(
    '/crawls/:id/reconcile',
    screenOptions('write', [gate.enter]),
    async (request, reply) => {
      const { id } = request.params;
      requireCrawlName(id);
      if (!isAsked) throw new PulseError('API_CONFLICT', 'final', 'pulse:firecrawlUrl is not set');
      if (!(await requestReconciliation(pool, id))) throw crawlNotFound();
      log.info(
        { crawl: id, key: request.keyName, requestId: request.id },
        'a crawl is asked for again',
      );
      const done: Done = 'reconciled';
      return reply.redirect(address(crawlAddress(id), { done }), 303);
    },
  );
}

function writeFilters(query: Query): Html {
  return html`<form action="/crawls" method="get" class="row card">
    ${select('state', 'State', query['state'], states)}
    <button>Filter</button>
    ${Object.keys(query).length > 0 && html`<a class="button" href="/crawls">All</a>`}
  </form>`;
}

function list(items: readonly ListedCrawl[]): Html {
  if (items.length === 0)
    return html`<p>
      No crawl has delivered anything. <a href="/status#senders">What to enter in a crawler</a>
    </p>`;
  return table<ListedCrawl>(
    'The newest first',
    [
      {
        title: 'Crawl',
        cell: ({ id, url, source }) =>
          html`<a href="${crawlAddress(id)}">${foreign(url ?? id)}</a>
            <span class="under">${source}</span>`,
      },
      { title: 'State', cell: ({ state }) => stateBadge(state) },
      { title: 'Pages', kind: 'number', cell: ({ pages }) => count(pages.seen) },
      {
        title: 'Failed',
        kind: 'wide number',
        cell: ({ pages }) => count(pages.failed + pages.rejected),
      },
      {
        title: 'Missing',
        kind: 'wide number',
        cell: ({ pages }) => (pages.missing === null ? 'not known' : count(pages.missing)),
      },
      { title: 'Last delivery', kind: 'wide', cell: ({ lastDeliveryAt }) => time(lastDeliveryAt) },
    ],
    items,
  );
}
