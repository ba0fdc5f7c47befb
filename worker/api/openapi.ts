import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { z } from 'zod';

import { groups, writeJsonSchema } from './contract.ts';
import type { Answer, Contract, Example, JsonSchema } from './contract.ts';
import { listProblems, problemSchema, unreadProblemSchema } from './problem-answers.ts';
import { version } from './version.ts';

const bearer = { type: 'http', scheme: 'bearer' } as const;
const header = { type: 'apiKey', in: 'header' } as const;
const tokenDescription =
  '`webhookSecret` itself; for Firecrawl where `webhookSignature` is `optional`. ' +
  '`Authorization` may have it too.';
const securitySchemes = {
  apiKey: { ...bearer, description: '`apiSecret`, or the previous one: everything.' },
  searchKey: {
    ...bearer,
    description: '`searchSecret`, or the previous one: search, and look at documents.',
  },
  hookSignature: {
    ...header,
    name: 'X-Firecrawl-Signature',
    description: '`sha256=` and the HMAC-SHA256 of the body with `webhookSecret`, in hex.',
  },
  hookToken: { ...header, name: 'X-Pulse-Token', description: tokenDescription },
} as const;
type Security = readonly Partial<Record<keyof typeof securitySchemes, readonly string[]>>[];

const description = `Documents come in, are indexed and are found: the guide is docs/api.md.
Every answer of 400 and above is a problem (RFC 9457) whose \`type\` leads to a page that explains its
code. \`X-Request-Id\` of a request comes back, and is in the log.`;

/** Notes the contracts of all routes that are added from now on. */
export async function noteContracts(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', ({ method, url, schema, config }) => {
    if (config?.contract === undefined && schema?.hide !== true)
      throw new Error(`${[method].flat().join()} ${url} has no contract`);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Pulse', version, description },
      tags: Object.entries(groups).map(([name, about]) => ({ name, description: about })),
      components: {
        securitySchemes,
        schemas: {
          Problem: writeJsonSchema(problemSchema, 'output') as object,
          UnreadProblem: writeJsonSchema(unreadProblemSchema, 'output') as object,
        },
      },
    },
    transform: ({ url, route, schema }) => ({
      url,
      schema: describeRoute(route) ?? schema ?? { hide: true },
    }),
    transformObject: (written) =>
      requireBodies('openapiObject' in written ? written.openapiObject : {}),
  });
}

/** @returns what @fastify/swagger writes of a route; undefined of one that is hidden */
function describeRoute(route: RouteOptions): FastifySchema | undefined {
  const contract = route.config?.contract;
  if (contract === undefined) return undefined;
  const { group, summary, params, query, body } = contract;
  return {
    operationId: nameOperation(route),
    tags: [group],
    summary,
    ...(contract.description !== undefined && { description: contract.description }),
    security: listKeys(route),
    ...(params && { params: withExamples(params, contract.example.params) }),
    ...(query && { querystring: withExamples(query, contract.example.query) }),
    ...(body && { body: { content: describeBody(contract) } }),
    response: describeAnswers(route, contract),
  };
}

/** As `getDocumentsIdChunks`: what clients that are made from the document call it. */
function nameOperation({ method, url }: RouteOptions): string {
  const words = url.split(/\W+/).filter((word) => word !== '' && word !== 'api');
  const capitalized = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [[method].flat().join('').toLowerCase(), ...capitalized].join('');
}

function listKeys({ config }: RouteOptions): Security {
  const { access = 'write', contract } = config ?? {};
  if (contract?.takes === 'signature') return [{ hookSignature: [] }, { hookToken: [] }];
  if (contract?.takes === 'token') return [{ hookToken: [] }];
  if (access === 'public') return [];
  return access === 'read' ? [{ searchKey: [] }, { apiKey: [] }] : [{ apiKey: [] }];
}

type Content = Record<string, { schema: JsonSchema; example?: unknown }>;

/** Each field becomes a parameter, and its example that of the parameter. */
function withExamples(fields: z.ZodObject, examples: Example['query'] = {}): JsonSchema {
  const { properties = {}, ...schema } = writeJsonSchema(fields, 'input');
  const parameters = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, parameter]) => [
      name,
      name in examples ? { ...parameter, examples: [examples[name]] } : parameter,
    ],
  );
  return { ...schema, properties: Object.fromEntries(parameters) };
}

/** @returns what may be sent, by its media type */
function describeBody({ body, example }: Pick<Contract, 'body' | 'example'>): Content {
  const types = body instanceof z.ZodType ? { 'application/json': body } : (body ?? {});
  return Object.fromEntries(
    Object.entries(types).map(([type, schema], index) => {
      const written = writeJsonSchema(schema, 'input');
      return [type, { schema: index > 0 ? written : { ...written, examples: [example.body] } }];
    }),
  );
}

interface Response {
  description: string;
  headers?: Record<string, JsonSchema>;
  content: Content;
}

function describeAnswers(route: RouteOptions, contract: Contract): Record<number, Response> {
  const responses: Record<number, Response> = {};
  const [lowest] = Object.keys(contract.answers);
  const { answer: example, status: ofExample = Number(lowest) } = contract.example;
  for (const [status, answer] of Object.entries(contract.answers))
    responses[Number(status)] = {
      description: answer.description,
      ...describeHeaders(answer.headers),
      content: describeContent(answer, Number(status) === ofExample ? example : undefined),
    };
  for (const problem of listProblems(route, contract)) {
    const { status, description: about, headers, fields, isUnread } = problem;
    const schema =
      fields === undefined
        ? { $ref: `#/components/schemas/${isUnread ? 'UnreadProblem' : 'Problem'}` }
        : writeJsonSchema(problemSchema.extend(fields.shape), 'output');
    const other = responses[status];
    responses[status] = {
      description: other === undefined ? about : `${other.description}. Or: ${about}`,
      ...describeHeaders({ ...headers }),
      content: { ...other?.content, 'application/problem+json': { schema } },
    };
  }
  return responses;
}

function describeHeaders(
  headers: Readonly<Record<string, string>> = {},
): Pick<Response, 'headers'> {
  const entries = Object.entries(headers);
  if (entries.length === 0) return {};
  return {
    headers: Object.fromEntries(
      entries.map(([name, about]) => [name, { type: 'string', description: about }]),
    ),
  };
}

function describeContent({ schema, type }: Answer, example: unknown): Content {
  const shown = example === undefined ? {} : { example };
  return schema === undefined
    ? { [type ?? 'text/plain']: { schema: { type: 'string' }, ...shown } }
    : { [type ?? 'application/json']: { schema: writeJsonSchema(schema, 'output'), ...shown } };
}

/** A route that takes a body does nothing without one. */
function requireBodies<Document extends { paths?: object }>(written: Document): Document {
  for (const operations of Object.values(written.paths ?? {}) as object[])
    for (const operation of Object.values(operations) as { requestBody?: { required?: boolean } }[])
      if (operation.requestBody !== undefined) operation.requestBody.required = true;
  return written;
}
