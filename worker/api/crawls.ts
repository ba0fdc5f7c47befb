import type { FastifyInstance } from 'fastify';

import { PulseError } from '../errors.ts';
import { pruneCrawl } from '../operator/crawls.ts';
import { listCrawlPages, listCrawls, readCrawl } from '../records/crawls.ts';
import { requestReconciliation } from '../records/reconciliation.ts';
import type { Services } from '../services.ts';
import type { Contract } from './contract.ts';
import { crawlNotFound, requireCrawlName } from './crawl-address.ts';
import type { OfCrawl } from './crawl-address.ts';
import {
  crawlContract,
  crawlPagesContract,
  crawlPagesQuery,
  crawlsContract,
  crawlsQuery,
  pruneBody,
  pruneContract,
  reconcileContract,
} from './crawl-contracts.ts';
import { writeCursor } from './cursors.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { parseInput } from './input.ts';
import { askerOf } from './keys.ts';
import type { Access } from './keys.ts';
import { requestsPerSecond, timeLimitsMs } from './limits.ts';
import { DetailedError } from './problems.ts';

export interface CrawlDependencies {
  readonly services: Pick<Services, 'pool' | 'removals' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly gate: Gate;
  /** Whether there is a Firecrawl that can be asked. */
  readonly isAsked: boolean;
}

/** Crawls and their pages, and what is done about those that are missing or gone. */
export async function addCrawlRoutes(
  app: FastifyInstance,
  { services: { pool, removals, log }, enqueuer: { queues }, gate, isAsked }: CrawlDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };
  const optionsOf = (access: Access, contract: Contract) => ({
    config: { access, rateLimit, contract },
    onRequest: gate.enter,
  });

  app.get('/api/crawls', optionsOf('read', crawlsContract), async ({ query }) => {
    const { cursor, limit, ...filter } = parseInput(crawlsQuery, query);
    const [startedAt = '', id = ''] = cursor ?? [];
    const after = cursor && { startedAt, id };
    const { items, next } = await listCrawls(pool, filter, isAsked, limit, after);
    return { items, next: next === undefined ? null : writeCursor(`w${next.startedAt}`, next.id) };
  });

  app.get<OfCrawl>(
    '/api/crawls/:id',
    optionsOf('read', crawlContract),
    async ({ params: { id } }) => {
      requireCrawlName(id);
      const found = await readCrawl(pool, id, isAsked);
      if (found === undefined) throw crawlNotFound();
      return found;
    },
  );

  app.get<OfCrawl>(
    '/api/crawls/:id/pages',
    optionsOf('read', crawlPagesContract),
    async ({ params: { id }, query }) => {
      const { cursor, limit, outcome } = parseInput(crawlPagesQuery, query);
      // A URL that is no address may have any characters.
      const after = cursor && Buffer.from(cursor[0] as string, 'latin1').toString();
      requireCrawlName(id);
      const found = await listCrawlPages(pool, id, outcome, limit, after);
      if (found === undefined) throw crawlNotFound();
      const { items, next } = found;
      return { items, next: next === undefined ? null : writeCursor(`p${next}`) };
    },
  );

  app.post<OfCrawl>(
    '/api/crawls/:id/reconcile',
    optionsOf('write', reconcileContract),
    async ({ params: { id }, keyName, id: requestId }, reply) => {
      if (!isAsked)
        throw new PulseError(
          'API_CONFLICT',
          'final',
          'pulse:firecrawlUrl is not set: there is nobody to ask',
        );
      requireCrawlName(id);
      if (!(await requestReconciliation(pool, id))) throw crawlNotFound();
      log.info({ crawl: id, key: keyName, requestId }, 'a crawl is asked for again');
      reply.code(202);
      return { id, reconciled: { state: 'waiting' } };
    },
  );

  app.post<OfCrawl>(
    '/api/crawls/:id/prune',
    { ...optionsOf('write', pruneContract), handlerTimeout: timeLimitsMs.store },
    async (request, reply) => {
      const { id } = request.params;
      const { confirm } = parseInput(pruneBody, request.body ?? {});
      requireCrawlName(id);
      const used = { pool, removals, queues, log };
      const pruned = await pruneCrawl(used, id, confirm, askerOf(request));
      if (pruned === undefined) throw crawlNotFound();
      if (pruned.outcome === 'refused')
        throw new DetailedError(new PulseError('API_CONFLICT', 'final', pruned.reason), {
          fields: { ...pruned.plan },
        });
      const { documents } = pruned;
      reply.code(202);
      return { id, documents };
    },
  );
}
