import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Contract } from './contract.ts';

/** The page loads nothing but its own files, and talks to nobody but this API. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const documentContract: Contract = {
  group: 'reference',
  summary: 'Describes all routes',
  description: 'OpenAPI 3.1. A page at `/docs` shows it, and sends requests with a key.',
  answers: {
    200: {
      description: 'The document',
      schema: z.looseObject({ openapi: z.literal('3.1.0'), paths: z.looseObject({}) }),
    },
  },
  example: { answer: { openapi: '3.1.0', paths: {} } },
};

/** Serves the description of the API to programs, and as a page. Both are public. */
export async function addDocsPage(app: FastifyInstance): Promise<void> {
  const config = { access: 'public', contract: documentContract } as const;
  let written: string | undefined;
  app.get('/openapi.json', { config }, async (_request, reply) => {
    written ??= JSON.stringify(app.swagger());
    reply.type('application/json; charset=utf-8');
    return written;
  });

  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'public' };
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentPolicy,
    // Else the page asks validator.swagger.io.
    // Without its bar at the top, which asks for the address of any document.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, tryItOutEnabled: true },
    theme: { title: 'Pulse: routes of the API' },
  });
}
