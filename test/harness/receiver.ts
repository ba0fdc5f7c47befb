import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as Alertmanager's webhooks have it, version 4. */
export interface Message {
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** What was sent with a message. */
export interface ReceivedRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly message: Message;
}

/** Who is told: keeps what arrives, by the path of the request. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  /** In the order of their arrival. */
  messages(path: string): readonly Message[];
  requests(path: string): readonly ReceivedRequest[];
  /** Names of the alarms of `/hook` that were told as firing, one each time. */
  fired(): readonly string[];
}

/** Listens on every address of this machine, for containers as well. */
export async function startReceiver(): Promise<Receiver> {
  const arrived: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://receiver');
      const message = JSON.parse(Buffer.concat(parts).toString()) as Message;
      const query = Object.fromEntries(searchParams);
      const { authorization } = request.headers;
      arrived.push({ path: pathname, query, authorization, message });
      response.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '0.0.0.0', resolve));
  const requests = (path: string) => arrived.filter((one) => one.path === path);
  const messages = (path: string): Message[] => requests(path).map(({ message }) => message);
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    requests,
    fired: () =>
      messages('/hook')
        .filter(({ status }) => status === 'firing')
        .map(({ groupLabels }) => groupLabels['alertname'] ?? ''),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
