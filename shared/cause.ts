import { quoteAnswer } from './quote-answer.ts';

/** Why a conversation with a service failed, as it stands in a report. */
export type CauseKind =
  | 'name not found'
  | 'refused'
  | 'no route'
  | 'reset'
  | 'timed out'
  | 'certificate'
  | 'login refused'
  | 'error answer'
  | 'garbled';

/** The kinds of failure with a code of their own, because each is repaired in another place. */
export type Trouble = 'dns' | 'refused' | 'unreachable' | 'timeout' | 'auth' | 'answer';

const troubleOfKind: Readonly<Record<CauseKind, Trouble>> = {
  'name not found': 'dns',
  refused: 'refused',
  'no route': 'unreachable',
  reset: 'unreachable',
  'timed out': 'timeout',
  certificate: 'answer',
  'login refused': 'auth',
  'error answer': 'answer',
  garbled: 'answer',
};

export interface Cause {
  readonly kind: CauseKind;
  readonly trouble: Trouble;
  /** The message of the service, or of the operating system. */
  readonly message: string;
}

/** An HTTP answer other than 2xx. Its body is quoted, because a server gives the reason there. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;

  /** @param moved where a redirection led to, after a comma */
  constructor(request: string, status: number, body: string, moved = '') {
    const said = quoteAnswer(body);
    super(`${request} answered ${status}${moved}${said === '' ? '' : `: ${said}`}`);
    this.status = status;
  }
}

const kindOfSystemCode: Readonly<Record<string, CauseKind>> = {
  ENOTFOUND: 'name not found',
  // Docker's resolver answers this for the name of a container that is not running.
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

/** OpenSSL's results of a verification, and Node's own for another host name. */
const certificateCode =
  /CERT(S|IFICATE)?(_|$)|^UNABLE_TO_(GET_ISSUER|VERIFY_LEAF|GET_CRL)|^CRL_|^INVALID_(CA|PURPOSE)$/;
const otherCertificateCodes = new Set(['PATH_LENGTH_EXCEEDED', 'HOSTNAME_MISMATCH']);
const otherTime = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;
const otherAuthority = /SELF_SIGNED|^UNABLE_TO_|^(INVALID_CA|CERT_UNTRUSTED)$/;

/**
 * Whether the operating system or TLS refused, and no service was spoken to: no file descriptors, a
 * socket that is not there, a certificate that is not trusted. What was to be sent is not at
 * fault.
 */
export function isOfSystem(error: unknown): boolean {
  return layersOf(error).some((layer) => {
    const code = codeOf(layer);
    return /^(E[A-Z0-9]+|EAI_[A-Z]+|ERR_(SSL|TLS)_\w+)$/.test(code) || isOfCertificate(code);
  });
}

function isOfCertificate(code: string): boolean {
  if (/^ERR_(?!TLS_CERT)/.test(code)) return false;
  return certificateCode.test(code) || otherCertificateCodes.has(code);
}

/** Of Node, of the system or of OpenSSL; of an answer of Postgres it is the SQLSTATE. */
function codeOf(error: unknown): string {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return isCoded ? String(error.code) : '';
}

/**
 * Finds the error that says why, inside errors that wrap it: fetch's "fetch failed", or Node's
 * AggregateError of all addresses that were tried.
 */
export function findCause(error: unknown): Cause {
  const layers = layersOf(error);
  const specific =
    layers.find((layer) => kindOf(layer) !== undefined) ??
    // What is no JSON is said by the error around it, which names the request.
    layers.findLast((layer) => !(layer instanceof SyntaxError)) ??
    error;
  const kind = kindOf(specific) ?? 'garbled';
  return { kind, trouble: troubleOfKind[kind], message: messageOf(specific) };
}

/** An error and all errors inside it, the outermost first. */
function layersOf(error: unknown): readonly unknown[] {
  return [error, ...innerErrors(error).flatMap(layersOf)];
}

function innerErrors(error: unknown): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors;
  return error instanceof Error && error.cause !== undefined ? [error.cause] : [];
}

function kindOf(error: unknown): CauseKind | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof HttpStatusError)
    return error.status === 401 || error.status === 403 ? 'login refused' : 'error answer';
  if (error.name === 'TimeoutError') return 'timed out';
  if (/^(WRONGPASS|NOAUTH)/.test(error.message)) return 'login refused';
  if (error.name === 'ReplyError') return 'error answer';
  // pg and ioredis report a server that hung up with this message and without a code.
  if (/^Connection (terminated|is closed|ended)/.test(error.message)) return 'reset';
  const code = codeOf(error);
  if (isOfCertificate(code)) return 'certificate';
  if (/^28[0-9A-Z]{3}$/.test(code)) return 'login refused';
  // Any other SQLSTATE, which has five characters: Postgres answered with an error.
  if ('severity' in error && /^[0-9A-Z]{5}$/.test(code)) return 'error answer';
  return kindOfSystemCode[code];
}

/** The client says only that the first byte is none of HTTP's. */
const otherProtocol =
  'the server speaks no HTTP/1.1 there: is it gRPC, as on port 6334 of Qdrant (6333 is meant) and ' +
  'in images of TEI for gRPC, or TLS (https:// in place of http://)?';

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'the server speaks no TLS there: is http:// meant in place of https://?';
  if (/Expected HTTP\//.test(error.message)) return otherProtocol;
  if (isOfCertificate(code)) return describeCertificate(code, error.message);
  return error.message === '' ? error.name : error.message;
}

function describeCertificate(code: string, message: string): string {
  // Node adds an option of its own that is not to be used here.
  const said = message.replace(/; if the root CA is installed.*$/s, '');
  return `the certificate of the server is not trusted: ${said} (${code})${adviceFor(code)}`;
}

function adviceFor(code: string): string {
  if (otherTime.test(code)) return '; renew it on the server, and compare the clocks';
  return otherAuthority.test(code)
    ? '; pulse:caCertificate takes the certificate of the authority that issued it'
    : '';
}
