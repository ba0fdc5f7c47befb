import { createServer, request as send } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What happens to a request:
 *
 * - `pass`: the service answers
 * - `{ status, body }`: this is the answer, as JSON, and the service does not get the request
 * - `{ status, page }`: the same with a page, as a proxy answers
 * - `hang`: no answer ever comes, and the service does not get the request
 * - `apply, then hang`: the service carries it out, and no answer ever comes
 * - `apply, then cut`: the service carries it out, and the connection is reset
 * - `{ applyAfter, applied }`: the service gets it when the promise resolves, whether the client is
 *   still there or not, and `applied` is called when it was carried out; no answer ever comes
 */
export type ProxyAction =
  | 'pass'
  | 'hang'
  | 'apply, then hang'
  | 'apply, then cut'
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly page: string }
  | { readonly applyAfter: Promise<void>; readonly applied: () => void };
export type Rule = (request: {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}) => ProxyAction;

/**
 * Serves one connection of a client, each request as the rule decides.
 *
 * @param upstream the service behind the proxy
 */
export function serveByRule(
  client: Socket,
  upstream: { host: string; port: number },
  rule: Rule,
): { treat(): void; destroy(): void } {
  const destroy = (): void => void client.resetAndDestroy();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = await text(request);
    const fate = rule({ method, path, headers, body });
    if (fate === 'hang') return;
    if (typeof fate === 'object' && 'status' in fate) {
      const [type, content] =
        'page' in fate ? ['text/html', fate.page] : ['application/json', JSON.stringify(fate.body)];
      response.writeHead(fate.status, { 'content-type': type }).end(content);
      return;
    }
    if (typeof fate === 'object') await fate.applyAfter;
    const forwarded = send({ ...upstream, method, path, headers, agent: false }, (answer) => {
      if (fate === 'pass')
        answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      else
        answer.resume().once('end', () => {
          if (fate === 'apply, then cut') destroy();
          if (typeof fate === 'object') fate.applied();
        });
    });
    forwarded.once('error', destroy).end(body);
  };
  // It never listens: its only connection is handed to it.
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (request, response) => void serve(request, response).catch(destroy),
  );
  client.on('error', () => client.destroy());
  server.emit('connection', client);
  client.resume();
  return { treat: () => undefined, destroy };
}
