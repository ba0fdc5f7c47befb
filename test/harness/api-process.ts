import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';

import { AnswerCheck } from './answer-check.ts';
import { reservePort } from './reserve-port.ts';
import { startProgram } from './worker-process.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The keys of every API that tests start. */
export const keys = {
  api: 'the-key-of-the-tests-that-may-do-everything',
  search: 'the-key-of-the-tests-that-may-only-search',
  hooks: 'the-key-of-the-tests-that-signs-deliveries',
};

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface ApiRequest {
  readonly method?: string;
  /** `null` sends none. */
  readonly key?: string | null;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is no text, bytes or stream is sent as JSON. */
  readonly body?: unknown;
  /** Cuts the connection. */
  readonly signal?: AbortSignal;
}

/** `node worker/api.ts` as a child process. */
export interface ApiProcess extends WorkerProcess {
  readonly url: string;
  readonly port: number;
  /** With a body, a POST. The key that may do everything is sent when no other is named. */
  ask(path: string, request?: ApiRequest): Promise<Answered>;
  /** Sends these bytes as they are, and resolves with all that came back when it closes. */
  exchange(bytes: string): Promise<string>;
}

export async function startApi(environment: Readonly<Record<string, string>>): Promise<ApiProcess> {
  const port = await reservePort();
  const url = `http://127.0.0.1:${port}`;
  const started = startProgram('worker/api.ts', 'taking documents', {
    WEBHOOK_HOST: '127.0.0.1',
    WEBHOOK_PORT: String(port),
    WEBHOOK_API_SECRET: keys.api,
    WEBHOOK_SEARCH_SECRET: keys.search,
    WEBHOOK_SECRET: keys.hooks,
    WEBHOOK_API_LINGER: '100ms',
    ...environment,
  });
  // Written out: a spread would read `isRunning` once.
  return Object.assign(Object.create(started) as WorkerProcess, {
    url,
    port,
    ask: (path: string, request: ApiRequest = {}) => ask(`${url}${path}`, request),
    exchange: (bytes: string) => exchange(port, bytes),
  });
}

let check: Promise<AnswerCheck> | undefined;

/** One for all answers: no test gets one that the API's document does not have. */
function answerCheck(): Promise<AnswerCheck> {
  check ??= AnswerCheck.open();
  return check;
}

async function ask(
  url: string,
  { method, key = keys.api, type = 'application/json', headers = {}, body, signal }: ApiRequest,
): Promise<Answered> {
  const isStream = Object(body)[Symbol.asyncIterator] !== undefined;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || isStream;
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    ...(isStream && { duplex: 'half' }),
    ...(signal !== undefined && { signal }),
  } as RequestInit);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const parsed: unknown = isJson ? JSON.parse(text) : text;
  (await answerCheck()).check({
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path: url.replace(/^http:\/\/[^/]+/, ''),
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: parsed,
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson ? (parsed as Record<string, unknown>) : { text },
  };
}

async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return readText(socket);
}
