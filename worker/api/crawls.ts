import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { PulseError } from '../errors.ts';
import { pruneCrawl } from '../operator/crawls.ts';
import {
  crawlStates,
  listCrawlPages,
  listCrawls,
  pageOutcomes,
  readCrawl,
} from '../records/crawls.ts';
import { requestReconciliation } from '../records/reconciliation.ts';
import type { Services } from '../services.ts';
import { readCursor, writeCursor } from './cursors.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { pageSize, parseInput } from './input.ts';
import { requestsPerSecond, timeLimitsMs } from './limits.ts';
import { DetailedError } from './problems.ts';

export interface CrawlDependencies {
  readonly services: Pick<Services, 'pool' | 'removals' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly gate: Gate;
  /** Whether there is a Firecrawl that can be asked. */
  readonly isAsked: boolean;
}

interface OfCrawl {
  readonly Params: { readonly id: string };
}

/** Longer than a URL and what stands around it. */
const maxPageCursor = 9_000;
const name = /^[\w.:-]{1,200}$/;

const listQuery = z.strictObject({
  state: z.enum(crawlStates).optional(),
  source: z.string().regex(name, 'is no name of a sender').optional(),
  limit: pageSize,
  cursor: readCursor(/^w(\d{1,16})\/([\w.:-]{1,200})$/, 400).optional(),
});
const pagesQuery = z.strictObject({
  outcome: z.enum(pageOutcomes).optional(),
  limit: pageSize,
  cursor: readCursor(/^p(.*)$/s, maxPageCursor).optional(),
});
const pruneBody = z.strictObject({ confirm: z.int().min(0) });

/** Crawls and their pages, and what is done about those that are missing or gone. */
export async function addCrawlRoutes(
  app: FastifyInstance,
  { services: { pool, removals, log }, enqueuer: { queues }, gate, isAsked }: CrawlDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };
  const options = { config: { access: 'read', rateLimit }, onRequest: gate.enter } as const;
  const writing = { ...options, config: { access: 'write', rateLimit } } as const;

  app.get('/api/crawls', options, async ({ query }) => {
    const { cursor, limit, ...filter } = parseInput(listQuery, query);
    const [startedAt = '', id = ''] = cursor ?? [];
    const after = cursor && { startedAt, id };
    const { items, next } = await listCrawls(pool, filter, isAsked, limit, after);
    return { items, next: next === undefined ? null : writeCursor(`w${next.startedAt}`, next.id) };
  });

  app.get<OfCrawl>('/api/crawls/:id', options, async ({ params: { id } }) => {
    const found = isName(id) ? await readCrawl(pool, id, isAsked) : undefined;
    if (found === undefined) throw crawlNotFound();
    return found;
  });

  app.get<OfCrawl>('/api/crawls/:id/pages', options, async ({ params: { id }, query }) => {
    const { cursor, limit, outcome } = parseInput(pagesQuery, query);
    // A URL that is no address may have any characters.
    const after = cursor && Buffer.from(cursor[0] as string, 'latin1').toString();
    const found = isName(id) ? await listCrawlPages(pool, id, outcome, limit, after) : undefined;
    if (found === undefined) throw crawlNotFound();
    const { items, next } = found;
    return { items, next: next === undefined ? null : writeCursor(`p${next}`) };
  });

  app.post<OfCrawl>(
    '/api/crawls/:id/reconcile',
    writing,
    async ({ params: { id }, keyName, id: requestId }, reply) => {
      if (!isAsked)
        throw new PulseError(
          'API_CONFLICT',
          'final',
          'pulse:firecrawlUrl is not set: there is nobody to ask',
        );
      if (!isName(id) || !(await requestReconciliation(pool, id))) throw crawlNotFound();
      log.info({ crawl: id, key: keyName, requestId }, 'a crawl is asked for again');
      reply.code(202);
      return { id, reconciled: { state: 'waiting' } };
    },
  );

  app.post<OfCrawl>(
    '/api/crawls/:id/prune',
    { ...writing, handlerTimeout: timeLimitsMs.store },
    async ({ params: { id }, body, keyName, id: requestId }, reply) => {
      const { confirm } = parseInput(pruneBody, body ?? {});
      const pruned = isName(id)
        ? await pruneCrawl({ pool, removals, queues }, id, confirm)
        : undefined;
      if (pruned === undefined) throw crawlNotFound();
      if (pruned.outcome === 'refused')
        throw new DetailedError(new PulseError('API_CONFLICT', 'final', pruned.reason), {
          fields: { ...pruned.plan },
        });
      const { documents } = pruned;
      log.info({ crawl: id, documents, key: keyName, requestId }, 'a crawl was pruned');
      reply.code(202);
      return { id, documents };
    },
  );
}

function isName(id: string): boolean {
  return name.test(id);
}

function crawlNotFound(): PulseError {
  return new PulseError('API_NOT_FOUND', 'final', 'there is no such crawl');
}
