import { bulkhead } from 'cockatiel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { matchNetworks } from '../../shared/networks.ts';
import { PulseError } from '../errors.ts';
import { placeOf } from '../indexing/place.ts';
import { storeCrawlPages } from '../records/crawl-pages.ts';
import type { PageCounts } from '../records/crawl-pages.ts';
import type { Services } from '../services.ts';
import type { Sender } from './delivery.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { checkSignature, checkToken } from './hook-access.ts';
import type { HookKeyName, HookKeys } from './hook-access.ts';
import { bodyLimit, timeLimitsMs } from './limits.ts';
import { isLarge } from './page-reader.ts';
import type { PageReader } from './page-reader.ts';
import { describeProblem } from './problems.ts';
import { startReport } from './report.ts';

export interface HookSettings extends HookKeys {
  readonly webhookSignature: 'required' | 'optional';
  /** Addresses and networks; none means all. */
  readonly webhookFrom: readonly string[];
}

export interface HookDependencies {
  readonly settings: HookSettings;
  readonly services: Pick<Services, 'pool' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
  readonly gate: Gate;
}

/** What the sender is told. Its fields are JSON output. */
interface Answer {
  readonly deliveryId: string;
  readonly outcome: 'stored' | 'duplicate' | 'ignored';
  readonly pages: PageCounts;
}

/**
 * Takes what crawlers deliver. The order of the checks is: address, size, signature or token, JSON,
 * what it holds; nothing is stored before the last. 202 means that all of it is on disk in
 * Postgres.
 */
export async function addHookRoutes(
  app: FastifyInstance,
  { settings, services, enqueuer, reader, gate }: HookDependencies,
): Promise<void> {
  const { pool, log } = services;
  const oneAtATime = bulkhead(1, Infinity);
  const isAllowed = matchNetworks(settings.webhookFrom);
  const reports = {
    refused: startReport(log, 'warn', 'a delivery was refused'),
    remark: startReport(log, 'warn', 'a delivery was stored without the time of its change'),
    previous: startReport(log, 'info', 'a previous key is still used'),
  };

  // What a sender calls its body does not matter: the signature is of its bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('onRequest', (request, _reply, done) => {
    if (settings.webhookFrom.length === 0 || isAllowed(request.ip)) return done();
    done(new PulseError('WEBHOOK_SENDER', 'final', 'the address of the sender is not allowed'));
  });
  app.addHook('onRequest', gate.enter);
  app.addHook('onError', async ({ ip: client, url }, reply, error) => {
    // Whoever hung up in the middle of a body was not refused.
    if (reply.raw.destroyed) return;
    reports.refused({ code: describeProblem(error).code, hook: url.split('?', 1)[0], client });
  });

  const check = (sender: Sender, { headers }: FastifyRequest, body: Buffer): HookKeyName =>
    sender === 'firecrawl'
      ? checkSignature(settings, headers, body, settings.webhookSignature === 'required')
      : checkToken(settings, headers);

  for (const sender of ['firecrawl', 'changedetection'] as const)
    app.post(
      `/api/webhook/${sender}`,
      {
        // The keys for hooks are others than those of the API.
        config: { access: 'public' },
        handlerTimeout: timeLimitsMs.receive + timeLimitsMs.answer,
      },
      async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const key = check(sender, request, body);
        if (key === 'webhookSecretPrevious') reports.previous({ key, client: request.ip });
        const take = () => takeDelivery(sender, body as Buffer<ArrayBuffer>);
        const answer = await (isLarge(body) ? oneAtATime.execute(take) : take());
        reply.code(202);
        return answer;
      },
    );

  async function takeDelivery(sender: Sender, body: Buffer<ArrayBuffer>): Promise<Answer> {
    const bytes = body.length;
    const read = await reader.readAs(sender, body);
    const { key, event, outcome, crawl, pages, remark } = read;
    const delivery = { source: sender, key, event, outcome, bytes };
    const stored = await storeCrawlPages(pool, { crawl, via: 'webhook', delivery, pages });
    for (const document of stored.accepted)
      void enqueuer.queues.enqueue('indexing', document.documentId, placeOf(document));
    if (remark !== undefined && stored.isNew) reports.remark({ hook: sender, remark });
    const { failed, rejected } = stored.pages;
    if (failed + rejected > 0)
      log.info(
        { hook: sender, crawl: crawl?.id, failed, rejected },
        'pages of a delivery were lost',
      );
    return { deliveryId: key, outcome: stored.isNew ? outcome : 'duplicate', pages: stored.pages };
  }
}
