import { randomUUID } from 'node:crypto';

import rateLimit from '@fastify/rate-limit';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';

import { collectSecrets } from '../../shared/redaction.ts';
import { PulseError } from '../errors.ts';
import { Keywords } from '../keywords/keywords.ts';
import type { Services } from '../services.ts';
import { addCrawlRoutes } from './crawls.ts';
import { addDocsPage } from './docs-page.ts';
import { addDocumentOperations } from './document-operations.ts';
import { addDocumentPages } from './document-pages.ts';
import { addDocumentRoutes } from './documents.ts';
import type { Enqueuer } from './enqueuer.ts';
import { addFacetRoutes, openFacetCounts } from './facets.ts';
import type { Facets } from './facets.ts';
import { Gate } from './gate.ts';
import { addHookRoutes } from './hooks.ts';
import { requireKey } from './keys.ts';
import { keepAliveMs, smallBodyLimit, timeLimitsMs } from './limits.ts';
import { addMcpRoute } from './mcp.ts';
import { noteContracts } from './openapi.ts';
import type { PageReader } from './page-reader.ts';
import { answerBrokenRequest, Problems } from './problems.ts';
import { addPublicRoutes } from './public.ts';
import { startReadiness } from './readiness.ts';
import { noteRoutes } from './routes.ts';
import { addSearchRoutes } from './search.ts';
import type { ApiSettings } from './settings.ts';
import { StateWatch } from './state-watch.ts';
import { TrustedProxies } from './trusted-proxies.ts';

export interface ServerDependencies {
  readonly settings: ApiSettings;
  readonly services: Services;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
  readonly isSchemaReady: () => boolean;
  /** Adds what people see, which stands on top of what programs use. */
  readonly addPage: (app: FastifyInstance, parts: ServerParts) => Promise<void>;
}

/** What the page works with, which is what the routes work with. */
export interface ServerParts extends Pick<ServerDependencies, 'settings' | 'services'> {
  readonly enqueuer: Enqueuer;
  readonly gate: Gate;
  /** They appear in no answer. */
  readonly secrets: readonly string[];
  readonly countFacets: () => Promise<Facets>;
}

/** Left out: with several replicas they would tell half the truth. */
const budgetHeaders = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
};

/** Builds the server with all its routes. It does not listen yet. */
export async function buildServer({
  settings,
  services,
  enqueuer,
  reader,
  stopping,
  isSchemaReady,
  addPage,
}: ServerDependencies): Promise<FastifyInstance> {
  const secrets = collectSecrets(settings);
  const problems = new Problems(services.log, secrets);
  const proxies = new TrustedProxies(settings.trustedProxies, settings.frontDoor);
  const app = fastify({
    bodyLimit: smallBodyLimit,
    requestTimeout: timeLimitsMs.receive,
    handlerTimeout: timeLimitsMs.answer,
    keepAliveTimeout: keepAliveMs,
    http: { headersTimeout: timeLimitsMs.headers, connectionsCheckingInterval: 2_000 },
    // Requests that still come in on open connections are answered, the last on each.
    return503OnClosing: false,
    // The front door says who the client is, and nothing of those before it.
    trustProxy: (address, hop) => hop === 0 && proxies.has(address),
    genReqId: ({ headers }) => chooseRequestId(headers['x-request-id']),
    frameworkErrors: (error, request, reply) => problems.answer(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  });
  const describeUnrouted = noteRoutes(app);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('keyName', undefined);
  app.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    problems.answer(describeUnrouted(request), request, reply),
  );
  app.addHook('onRequest', async ({ headers, socket }) => {
    if (headers['x-forwarded-for'] !== undefined) await proxies.learn(socket.remoteAddress ?? '');
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': request.id,
    });
    done();
  });
  app.addHook('onRequest', requireKey(settings, services.log));
  await app.register(rateLimit, {
    global: false,
    // Every route with a limit asks for a key first.
    keyGenerator: ({ keyName = '' }) => keyName,
    addHeaders: budgetHeaders,
    addHeadersOnExceeding: budgetHeaders,
    errorResponseBuilder: (_request, { max }) =>
      new PulseError('API_RATE', 'away', `more than ${max} requests in a second`),
  });
  await noteContracts(app);
  await app.register(addDocsPage);
  const lookAtReadiness = startReadiness(services, isSchemaReady);
  await app.register(addPublicRoutes, { stopping, lookAtReadiness });
  const gate = new Gate(services.pool, isSchemaReady);
  await app.register(addDocumentPages, { pool: services.pool, gate });
  await app.register(addDocumentOperations, { services, enqueuer, gate });
  await app.register(addDocumentRoutes, {
    services,
    enqueuer,
    reader,
    gate,
    watch: new StateWatch(services.pool, stopping),
  });
  const isAsked = settings.firecrawlUrl !== undefined;
  await app.register(addCrawlRoutes, { services, enqueuer, gate, isAsked });
  await app.register(addHookRoutes, { settings, services, enqueuer, reader, gate });
  await app.register(addSearchRoutes, services);
  const facetIndex = new Keywords(settings.keywordDir, 'read');
  app.addHook('onClose', () => facetIndex.close());
  const count = openFacetCounts(facetIndex);
  await app.register(addFacetRoutes, { count });
  if (settings.mcp === 'on')
    await app.register(addMcpRoute, {
      services,
      secrets,
      listHosts: async () => (await count()).hosts,
      isReady: async () => (await lookAtReadiness()).ready,
    });
  const parts = { settings, services, enqueuer, gate, secrets, countFacets: count };
  await app.register((scope) => addPage(scope, parts));
  return app;
}

/** One from outside joins the lines of both sides; one that is odd could forge lines. */
function chooseRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
