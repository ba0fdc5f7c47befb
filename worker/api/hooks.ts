import type { IncomingHttpHeaders } from 'node:http';

import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
  RouteShorthandOptions,
} from 'fastify';

import type { Code } from '../../shared/codes.ts';
import { matchNetworks } from '../../shared/networks.ts';
import { hookNames, hookPath } from '../../shared/senders.ts';
import { PulseError } from '../errors.ts';
import { placeOf } from '../indexing/place.ts';
import { deliveries, eventLabel } from '../metrics/totals.ts';
import { storeCrawlPages } from '../records/crawl-pages.ts';
import type { PageCounts } from '../records/crawl-pages.ts';
import type { Services } from '../services.ts';
import type { Contract } from './contract.ts';
import type { Sender } from './delivery.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { checkSignature, checkToken, readSignature } from './hook-access.ts';
import type { HookKeyName, HookKeys } from './hook-access.ts';
import { changedetectionContract, firecrawlContract } from './hook-contracts.ts';
import { bodyLimit, timeLimitsMs } from './limits.ts';
import type { PageReader } from './page-reader.ts';
import { describeProblem, DetailedError } from './problems.ts';
import { startReport } from './report.ts';

export interface HookSettings extends HookKeys {
  readonly webhookSignature: 'required' | 'optional';
  /** Addresses and networks; none means all. */
  readonly webhookFrom: readonly string[];
}

export interface HookDependencies {
  readonly settings: HookSettings;
  readonly services: Pick<Services, 'pool' | 'log' | 'tally'>;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
  readonly gate: Gate;
}

const refusals: Partial<Record<Code, string>> = {
  WEBHOOK_SIGNATURE: 'signature',
  WEBHOOK_SENDER: 'sender',
  WEBHOOK_PAYLOAD: 'payload',
  API_SYNTAX: 'payload',
  API_TOO_LARGE: 'too-large',
  API_BUSY: 'busy',
};

/** What the sender is told. Its fields are JSON output. */
interface Answer {
  readonly deliveryId: string;
  readonly outcome: 'stored' | 'duplicate' | 'ignored';
  readonly pages: PageCounts;
}

/**
 * Takes what crawlers deliver. The order of the checks is: address, size, signature or token, JSON,
 * what it holds; nothing is stored before the last. What the headers tell of size and key is looked
 * at before the body is taken in. 202 means that all of it is on disk in Postgres.
 */
export async function addHookRoutes(
  app: FastifyInstance,
  { settings, services, enqueuer, reader, gate }: HookDependencies,
): Promise<void> {
  const { pool, log, tally } = services;
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
  app.addHook('onError', async ({ ip: client, url }, reply, error) => {
    // Whoever hung up in the middle of a body was not refused.
    if (reply.raw.destroyed) return;
    const hook = url.split('?', 1)[0];
    const { code, status } = describeProblem(error);
    const source = hookNames.find((name) => hookPath(name) === hook);
    if (source !== undefined)
      tally.count(deliveries, { source, event: 'unknown', outcome: refusalOf(code, status) });
    reports.refused({ code, hook, client });
  });

  const isRequired = settings.webhookSignature === 'required';
  app.post(
    '/api/webhook/firecrawl',
    optionsOf(
      firecrawlContract,
      (headers) => readSignature(settings, headers, isRequired),
      gate.enterUnchecked,
    ),
    (request, reply) =>
      answer('firecrawl', request, reply, (headers, body) =>
        checkSignature(settings, headers, body, isRequired),
      ),
  );
  app.post(
    '/api/webhook/changedetection',
    optionsOf(
      changedetectionContract,
      (headers) => checkToken(settings, headers),
      gate.enterWithOneBody,
    ),
    (request, reply) =>
      answer('changedetection', request, reply, (headers) => checkToken(settings, headers)),
  );

  /**
   * Anybody may reach these routes, and a body is in hand until the last of it has come: only one
   * whose headers are right is counted among those.
   *
   * @param check throws where the headers alone are reason to refuse the request
   */
  function optionsOf(
    contract: Contract,
    check: (headers: IncomingHttpHeaders) => unknown,
    enter: onRequestHookHandler,
  ) {
    const checkHeaders: onRequestAsyncHookHandler = async ({ headers }) => {
      if (Number(headers['content-length'] ?? 0) > bodyLimit) throw tooLarge();
      check(headers);
    };
    return {
      // The keys for hooks are others than those of the API.
      config: { access: 'public', contract },
      handlerTimeout: timeLimitsMs.receive + timeLimitsMs.answer,
      onRequest: [checkHeaders, enter],
    } satisfies RouteShorthandOptions;
  }

  async function answer(
    sender: Sender,
    request: FastifyRequest,
    reply: FastifyReply,
    check: (headers: IncomingHttpHeaders, body: Buffer) => HookKeyName,
  ): Promise<Answer> {
    const { headers, body: given, ip: client } = request;
    const body = Buffer.isBuffer(given) ? given : Buffer.alloc(0);
    const key = check(headers, body);
    gate.confirm(request);
    if (key === 'webhookSecretPrevious') reports.previous({ key, client });
    const taken = await reader.takeTurn(body, () =>
      takeDelivery(sender, body as Buffer<ArrayBuffer>),
    );
    reply.code(202);
    return taken;
  }

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
    const became = stored.isNew || outcome === 'ignored' ? outcome : 'duplicate';
    tally.count(deliveries, { source: sender, event: eventLabel(sender, event), outcome: became });
    return { deliveryId: key, outcome: stored.isNew ? outcome : 'duplicate', pages: stored.pages };
  }
}

/** Why a delivery was refused, as it is counted. */
function refusalOf(code: Code, status: number): string {
  return refusals[code] ?? (status === 503 ? 'away' : 'error');
}

/** The connection is closed: nobody reads what is still to come. */
function tooLarge(): DetailedError {
  const fault = new PulseError('API_TOO_LARGE', 'final', 'a delivery has at most 12 MiB');
  return new DetailedError(fault, { headers: { connection: 'close' } });
}
