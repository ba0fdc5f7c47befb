import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { codes } from '../../shared/codes.ts';
import type { Code } from '../../shared/codes.ts';
import { redact } from '../../shared/redaction.ts';
import { describeError, PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';

/** Codes whose status does not follow from their error's kind. */
const statuses: Partial<Record<Code, number>> = {
  API_SYNTAX: 400,
  API_UNAUTHORIZED: 401,
  API_READ_ONLY: 403,
  API_ORIGIN: 403,
  API_NOT_FOUND: 404,
  API_METHOD: 405,
  API_TIMEOUT: 408,
  API_CONFLICT: 409,
  API_GONE: 410,
  API_TOO_LARGE: 413,
  API_MEDIA_TYPE: 415,
  API_INVALID: 422,
  DOCUMENT_INVALID: 422,
  API_RATE: 429,
  WEBHOOK_SIGNATURE: 401,
  WEBHOOK_SENDER: 403,
  WEBHOOK_PAYLOAD: 422,
};
/** What Fastify's own errors mean, by their status. */
const codesByStatus: Readonly<Record<number, Code>> = {
  400: 'API_SYNTAX',
  404: 'API_NOT_FOUND',
  413: 'API_TOO_LARGE',
  414: 'API_NOT_FOUND',
  415: 'API_MEDIA_TYPE',
  503: 'API_BUSY',
};
/** Seconds after which a request that was answered 503 may be sent again. */
const retryAfter = { busy: 2, away: 5 };

interface Details {
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields of the answer. */
  readonly fields?: object;
}

/** An error, and more that its caller is told. */
export class DetailedError extends Error {
  override readonly name = 'DetailedError';
  readonly details: Details;

  constructor(cause: unknown, details: Details) {
    super(describeError(cause), { cause });
    this.details = details;
  }
}

interface Problem extends Required<Details> {
  readonly status: number;
  readonly code: Code;
  readonly detail: string | undefined;
}

/** @returns what the caller is told of an error; nothing of one that nobody foresaw */
export function describeProblem(error: unknown): Problem {
  if (error instanceof DetailedError) {
    const problem = describeProblem(error.cause);
    return {
      ...problem,
      headers: { ...problem.headers, ...error.details.headers },
      fields: { ...problem.fields, ...error.details.fields },
    };
  }
  const known = error instanceof PulseError ? error : fromFastify(error);
  if (known === undefined)
    return { status: 500, code: 'API_INTERNAL', detail: undefined, headers: {}, fields: {} };
  const { code, kind, message: detail } = known;
  // A store's final answer is about the store's state or a fault of Pulse: no other request helps.
  const status = statuses[code] ?? (kind === 'final' ? 500 : 503);
  const seconds = code === 'API_BUSY' ? retryAfter.busy : retryAfter.away;
  return {
    status,
    code,
    detail,
    headers: status === 503 ? { 'retry-after': String(seconds) } : {},
    fields: {},
  };
}

function fromFastify(error: unknown): PulseError | undefined {
  const { statusCode, message = '' } = Object(error) as { statusCode?: number; message?: string };
  const code = codesByStatus[statusCode ?? 0];
  return code && new PulseError(code, code === 'API_BUSY' ? 'away' : 'final', message, error);
}

/** Answers errors as problems (RFC 9457), wherever they come up. */
export class Problems {
  readonly #log: Logger;
  readonly #secrets: readonly string[];

  /** @param secrets never appear in an answer */
  constructor(log: Logger, secrets: readonly string[]) {
    this.#log = log;
    this.#secrets = secrets;
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = describeProblem(error);
    const { status, code, detail, headers, fields } = problem;
    const about = { code, requestId: request.id, method: request.method, status };
    // Whoever hung up in the middle of a body did not wait for an answer.
    if (status === 500 && !reply.raw.destroyed)
      this.#log.error({ ...about, err: error }, 'a request was not answered');
    else this.#log.debug({ ...about, detail }, 'a request was refused');
    const { meaning: title, check } = codes[code];
    void reply
      .code(status)
      .headers(headers)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: `/codes/${code}`,
          title,
          status,
          detail: detail && redact(this.#secrets, detail),
          code,
          check,
          // Without the query, which may say what was searched for.
          instance: request.url.split('?', 1)[0],
          requestId: request.id,
          ...fields,
        }),
      );
  }
}

/** What Node's parser finds wrong before there is a request, by the code of its error. */
const parserFaults: Readonly<Record<string, readonly [status: number, code: Code]>> = {
  HPE_HEADER_OVERFLOW: [431, 'API_TOO_LARGE'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'API_TIMEOUT'],
};

/** Answers what is no HTTP, or came too slowly, and closes the connection. */
export function answerBrokenRequest(error: { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, code] = parserFaults[error.code ?? ''] ?? ([400, 'API_SYNTAX'] as const);
  const { meaning: title, check } = codes[code];
  const body = JSON.stringify({ type: `/codes/${code}`, title, status, code, check });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
