import { randomUUID } from 'node:crypto';

import rateLimit from '@fastify/rate-limit';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { collectSecrets } from '../../shared/redaction.ts';
import { PulseError } from '../errors.ts';
import { addAllRoutes } from './all-routes.ts';
import type { ServerDependencies } from './all-routes.ts';
import { countRequests } from './count-requests.ts';
import { addDocsPage } from './docs-page.ts';
import { requireKey } from './keys.ts';
import { keepAliveMs, smallBodyLimit, timeLimitsMs } from './limits.ts';
import { noteContracts } from './openapi.ts';
import { answerBrokenRequest, Problems } from './problems.ts';
import { noteRoutes } from './routes.ts';
import { TrustedProxies } from './trusted-proxies.ts';

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
  const routeLabels = countRequests(app, services.tally);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('keyName', undefined);
  app.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
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
  const answerBrowser = await addAllRoutes(app, {
    settings,
    services,
    enqueuer,
    reader,
    stopping,
    isSchemaReady,
    addPage,
    routeLabels,
  });
  app.setNotFoundHandler((request, reply) => {
    const error = describeUnrouted(request);
    if (isOfBrowser(request)) answerBrowser(error, request, reply);
    else problems.answer(error, request, reply);
  });
  return app;
}

/** A program that names no type, or any, is none. */
function isOfBrowser({ method, headers: { accept = '' } }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(accept);
}

/** One from outside joins the lines of both sides; one that is odd could forge lines. */
function chooseRequestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
