import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What happens to a request:
 *   pass                 the service answers
 *   { status, body }     this answer, the service sees nothing
 *   hang                 no answer ever, the service sees nothing
 *   apply, then hang     the service carries it out, and nobody hears of it
 *   apply, then cut      the same, and the connection is reset
 */
export type Fate = 'pass' | 'hang' | 'apply, then hang' | 'apply, then cut' | { readonly status: number; readonly body: unknown };
export type Rule = (request: { readonly method: string; readonly path: string }) => Fate;

/** Serves one connection of a client by a rule, request by request. */
export function httpFault(client: Socket, upstream: { host: string; port: number }, rule: Rule): { treat(): void; destroy(): void } {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const fate = rule({ method: request.method ?? 'GET', path: request.url ?? '/' });
    if (fate === 'hang') return void request.resume();
    if (typeof fate === 'object') {
      request.resume();
      response.writeHead(fate.status, { 'content-type': 'application/json' }).end(JSON.stringify(fate.body));
      return;
    }
    const { method, url: path, headers } = request;
    const forwarded = send({ ...upstream, method, path, headers, agent: false }, (answer) => {
      if (fate === 'pass') answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      else answer.resume().once('end', () => { if (fate === 'apply, then cut') client.resetAndDestroy(); });
    });
    forwarded.once('error', () => client.resetAndDestroy());
    request.pipe(forwarded);
  };
  // Never listens: it is handed its only connection.
  const server = createServer({ keepAliveTimeout: 60_000 }, serve);
  client.on('error', () => client.destroy());
  server.emit('connection', client);
  client.resume();
  return { treat: () => undefined, destroy: () => void client.resetAndDestroy() };
}
