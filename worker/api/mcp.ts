import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { PulseError } from '../errors.ts';
import type { ToolDependencies } from '../mcp/tool.ts';
import type { Contract } from './contract.ts';
import { parseInput } from './input.ts';
import { mcpBodyLimit, requestsPerSecond, timeLimitsMs } from './limits.ts';
import { isOwnOrigin } from './origin.ts';
import { startReport } from './report.ts';
import { version } from './version.ts';

/** One at a time: a list would get round the limit of requests. */
const message = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int()]).optional().describe('Absent in a notification'),
  method: z.string().describe('Such as `tools/list` and `tools/call`'),
  params: z.looseObject({}).optional(),
});
const fault = z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() });
const messageId = z.union([z.string(), z.int()]).nullable();
const refusal = z.object({ jsonrpc: z.literal('2.0'), id: messageId, error: fault });
const example = { jsonrpc: '2.0', id: 1, method: 'ping' };
const contract: Contract = {
  group: 'assistants',
  summary: 'Takes a message of the Model Context Protocol',
  description:
    'Of its revisions 2026-07-28 and 2025, without sessions. The tools and how programs are set ' +
    'up: docs/mcp.md.',
  body: message,
  answers: {
    200: {
      description: 'The answer; to clients of 2025 as the one event of a stream',
      schema: z.object({
        jsonrpc: z.literal('2.0'),
        id: messageId,
        result: z.looseObject({}).optional(),
        error: fault.optional(),
      }),
      isEvent: true,
    },
    202: { description: 'A notification has no answer: an empty text' },
    400: { description: 'The message is none of the protocol', schema: refusal },
    404: { description: 'There is no such method', schema: refusal },
  },
  problems: { 403: 'The header `Origin` names another host', 404: 'The setting `mcp` is `off`' },
  example: {
    body: example,
    answer: 'event: message\ndata: {"result":{},"jsonrpc":"2.0","id":1}\n\n',
  },
};

/** Of the protocol, and of the body. All others stay behind, the key among them. */
const passedOn = /^(?:content-type|mcp-.*)$/;
/** What the protocol asks a client to say, and many a simple one does not. */
const accept = 'application/json, text/event-stream';

/** The protocol of assistants. It is loaded here: an API without it needs no memory for it. */
export async function addMcpRoute(
  app: FastifyInstance,
  dependencies: Omit<ToolDependencies, 'limitMs'>,
): Promise<void> {
  const { openEndpoint } = await import('../mcp/endpoint.ts');
  // A tool that takes longer is told so as its result, before the route would break off.
  const limitMs = timeLimitsMs.answer - 1_000;
  const report = startReport(dependencies.services.log, 'info', 'a message of MCP was refused');
  const reportFault = ({ message: problem }: Error) => report({ problem });
  const answer = openEndpoint({ ...dependencies, limitMs, version, reportFault });
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  app.post(
    '/mcp',
    {
      bodyLimit: mcpBodyLimit,
      config: { access: 'read', rateLimit, contract },
      onRequest: refuseForeignOrigin,
    },
    async (request, reply) => {
      const response = await answer(
        toWebRequest(request, reply),
        parseInput(message, request.body),
      );
      if (response.body === null) reply.type('text/plain');
      return response;
    },
  );
}

/**
 * Pages of other hosts may not ask by way of a reader's browser. Programs send no Origin.
 *
 * @throws PulseError API_ORIGIN
 */
async function refuseForeignOrigin({ headers: { origin, host = '' } }: FastifyRequest) {
  if (origin !== undefined && !isOwnOrigin(origin, host))
    throw new PulseError('API_ORIGIN', 'final', 'the header Origin names another host');
}

/** @returns the request as the protocol's library takes it; it is given up with its connection */
function toWebRequest({ method, url, headers, id }: FastifyRequest, reply: FastifyReply): Request {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    passedOn.test(name) ? [[name, String(value)]] : [],
  );
  return new Request(`http://pulse${url}`, {
    method,
    headers: [...given, ['accept', accept], ['x-request-id', id]],
    signal: gone.signal,
  });
}
