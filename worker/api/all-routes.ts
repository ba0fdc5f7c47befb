import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { collectSecrets } from '../../shared/redaction.ts';
import { Keywords } from '../keywords/keywords.ts';
import type { KnownLabels } from '../metrics/read-totals.ts';
import { describeStack } from '../operator/status.ts';
import type { StackStatus } from '../operator/status.ts';
import type { Services } from '../services.ts';
import { prepareCanary } from './canary.ts';
import { addCrawlRoutes } from './crawls.ts';
import { addDocumentOperations } from './document-operations.ts';
import { addDocumentPages } from './document-pages.ts';
import { addDocumentRoutes } from './documents.ts';
import type { Enqueuer } from './enqueuer.ts';
import { addFacetRoutes, openFacetCounts } from './facets.ts';
import type { Facets } from './facets.ts';
import { Gate } from './gate.ts';
import { addHookRoutes } from './hooks.ts';
import { addMcpRoute } from './mcp.ts';
import { addMetricsRoute } from './metrics.ts';
import type { PageReader } from './page-reader.ts';
import { addPublicRoutes } from './public.ts';
import { addQueueRoutes } from './queue.ts';
import { startReadiness } from './readiness.ts';
import { addSearchRoutes } from './search.ts';
import type { ApiSettings } from './settings.ts';
import { StateWatch } from './state-watch.ts';
import { addStatusRoute } from './status.ts';
import { Verifications } from './verifications.ts';
import { addVerifyRoute } from './verify.ts';
import { addWorkersRoute } from './workers.ts';

export interface ServerDependencies {
  readonly settings: ApiSettings;
  readonly services: Services;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
  readonly isSchemaReady: () => boolean;
  /** Adds what people see, which stands on top of what programs use. */
  readonly addPage: (app: FastifyInstance, parts: ServerParts) => Promise<AnswerError>;
}

/** Answers with what is wrong, as a browser shows it. */
export type AnswerError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** What the page works with, which is what the routes work with. */
export interface ServerParts extends Pick<
  ServerDependencies,
  'settings' | 'services' | 'enqueuer'
> {
  readonly gate: Gate;
  /** They appear in no answer. */
  readonly secrets: readonly string[];
  readonly countFacets: () => Promise<Facets>;
  /** What this replica saw of the stack last; undefined before its first look. */
  readonly lookedUp: () => StackStatus | undefined;
  /** Looks now, and not by the clock: after something was done that its reader wants to see. */
  readonly lookAgain: () => Promise<unknown>;
  readonly verifications: Verifications;
}

type OperatorParts = Pick<ServerParts, 'lookedUp' | 'lookAgain' | 'verifications'>;

type RouteDependencies = ServerDependencies & { readonly routeLabels: KnownLabels };

/**
 * Registers every route but those of the docs.
 *
 * @returns what answers browsers where there is no route
 */
export async function addAllRoutes(
  app: FastifyInstance,
  dependencies: RouteDependencies,
): Promise<AnswerError> {
  const { settings, services, enqueuer, reader, stopping, isSchemaReady, addPage } = dependencies;
  const secrets = collectSecrets(settings);
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
  const operating = await addOperatorRoutes(app, dependencies, gate);
  const parts = { settings, services, enqueuer, gate, secrets, countFacets: count, ...operating };
  const page = Promise.withResolvers<AnswerError>();
  await app.register(async (scope) => page.resolve(await addPage(scope, parts)));
  return page.promise;
}

/** What an operator and a monitoring system ask for. */
async function addOperatorRoutes(
  app: FastifyInstance,
  { settings, services, enqueuer, stopping, isSchemaReady, routeLabels }: RouteDependencies,
  gate: Gate,
): Promise<OperatorParts> {
  await app.register(addQueueRoutes, { services, enqueuer, gate });
  await app.register(addWorkersRoute, { services, gate });
  const canary = prepareCanary({ settings, services, enqueuer });
  const { canaryIntervalMs, keywordDir, alertmanagerUrl } = settings;
  const stack = { services, canary, canaryIntervalMs, keywordDir, alertmanagerUrl };
  let status: StackStatus | undefined;
  const { log } = services;
  const look = async () => (status = await describeStack(stack));
  const verifications = new Verifications(stack);
  await app.register(addVerifyRoute, { verifications });
  await app.register(addStatusRoute, {
    look,
    log,
    secrets: collectSecrets(settings),
    stopping,
  });
  const lookedUp = () => status;
  await app.register(addMetricsRoute, {
    settings,
    services,
    lookedUp,
    isSchemaReady,
    routeLabels,
  });
  return { lookedUp, lookAgain: look, verifications };
}
