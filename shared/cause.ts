/** Why a conversation with a service failed. */
export type CauseKind =
  | 'name not found'
  | 'refused'
  | 'no route'
  | 'reset'
  | 'timed out'
  | 'login refused'
  | 'error answer'
  | 'garbled';

/**
 * What a failed conversation comes to for a person: each is repaired elsewhere, so each has a code
 * of its own.
 */
export type Trouble = 'dns' | 'refused' | 'unreachable' | 'timeout' | 'auth' | 'answer';

const troubleOfKind: Readonly<Record<CauseKind, Trouble>> = {
  'name not found': 'dns',
  refused: 'refused',
  'no route': 'unreachable',
  reset: 'unreachable',
  'timed out': 'timeout',
  'login refused': 'auth',
  'error answer': 'answer',
  garbled: 'answer',
};

export interface Cause {
  readonly kind: CauseKind;
  readonly trouble: Trouble;
  /** The other side's words, or the operating system's. */
  readonly message: string;
}

/**
 * An HTTP answer that is not the one asked for; its body is quoted because that is where a server
 * says why.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;

  constructor(request: string, status: number, body: string) {
    super(`${request} answered ${status}${body === '' ? '' : `: ${body.slice(0, 300)}`}`);
    this.status = status;
  }
}

const kindOfSystemCode: Readonly<Record<string, CauseKind>> = {
  ENOTFOUND: 'name not found',
  // Docker's resolver answers so for the name of a container that is not running
  EAI_AGAIN: 'name not found',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  EHOSTDOWN: 'no route',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timed out',
  UND_ERR_CONNECT_TIMEOUT: 'timed out',
  UND_ERR_HEADERS_TIMEOUT: 'timed out',
  UND_ERR_BODY_TIMEOUT: 'timed out',
};

/**
 * Looks through the wrappers (fetch's "fetch failed", Node's AggregateError of all addresses tried)
 * to the error that says why.
 */
export function findCause(error: unknown): Cause {
  const layers = layersOf(error);
  const telling = layers.find((layer) => kindOf(layer) !== undefined) ?? layers.at(-1) ?? error;
  const kind = kindOf(telling) ?? 'garbled';
  return { kind, trouble: troubleOfKind[kind], message: messageOf(telling) };
}

function layersOf(error: unknown): readonly unknown[] {
  const inner =
    error instanceof AggregateError
      ? error.errors
      : error instanceof Error && error.cause !== undefined
        ? [error.cause]
        : [];
  return [error, ...inner.flatMap(layersOf)];
}

function kindOf(error: unknown): CauseKind | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof HttpStatusError)
    return error.status === 401 || error.status === 403 ? 'login refused' : 'error answer';
  if (error.name === 'TimeoutError') return 'timed out';
  if (/^(WRONGPASS|NOAUTH)/.test(error.message)) return 'login refused';
  if (error.name === 'ReplyError') return 'error answer';
  // pg and ioredis say this, without a code, of a peer that hung up
  if (/^Connection (terminated|is closed|ended)/.test(error.message)) return 'reset';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^28[0-9A-Z]{3}$/.test(code)) return 'login refused';
  // any other five-character SQLSTATE: Postgres understood and said no
  if ('severity' in error && /^[0-9A-Z]{5}$/.test(code)) return 'error answer';
  return kindOfSystemCode[code];
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
