import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

import { reservePort } from '../../harness/reserve-port.ts';

/**
 * Servers that misbehave in one way each, on a free port of 127.0.0.1. Each returns its port and
 * ends with its test.
 */

/** A port on which no server listens. */
export const refusedPort = (): Promise<number> => reservePort();

/** Accepts connections and never sends a byte. */
export const silentPort = () => talking(() => undefined);

/** Resets a connection as soon as it receives something. */
export const hangingUpPort = () =>
  talking((socket) => socket.once('data', () => socket.resetAndDestroy()));

/** Answers everything in another protocol, that of SSH. */
export const garblingPort = () =>
  talking((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n\0\0\0\0')));

/** Answers everything with these bytes. */
export const speakingPort = (bytes: Buffer) =>
  talking((socket) => socket.once('data', () => socket.end(bytes)));

/** Speaks the protocol of Redis and gives this answer to every command. */
export const answeringPort = (answer: string) =>
  talking((socket) =>
    socket.on('data', (data) =>
      socket.write(answer.repeat(data.toString().match(/^\*\d/gm)?.length ?? 0)),
    ),
  );

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Of a redirection. */
  readonly location?: string;
}

/** An HTTP server with one answer per path, and status 404 for any other path. */
export async function httpPort(
  answers: Readonly<Record<string, HttpAnswer>>,
  seen: (headers: NodeJS.Dict<string | string[]>) => void = () => undefined,
): Promise<number> {
  const server = createHttpServer((request, response) => {
    seen(request.headers);
    const answer = answers[request.url ?? ''] ?? { status: 404, body: 'nothing here' };
    const { status, body, location } = answer;
    response
      .writeHead(status, location === undefined ? {} : { location })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  onTestFinished(() => server.closeAllConnections());
  return listening(server);
}

async function talking(converse: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => sockets.delete(socket)));
    converse(socket);
  });
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return listening(server);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
