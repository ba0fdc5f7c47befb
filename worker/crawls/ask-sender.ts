import { findCause } from '../../shared/cause.ts';
import type { Code } from '../../shared/codes.ts';
import { readRetryAfterMs } from '../../shared/request-limits.ts';
import { readServiceUrl, writeAuthorization } from '../../shared/service-access.ts';
import { cutLine } from '../documents/short-text.ts';
import { PulseError } from '../errors.ts';

/** A crawler with an API. */
export interface Sender {
  /** The first word of its codes. */
  readonly code: 'FIRECRAWL' | 'CHANGEDETECTION';
  /** A path in it stands before that of every request. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SenderAnswer {
  /** 200 to 299, or 404. */
  readonly status: number;
  readonly body: Buffer<ArrayBuffer>;
}

/** Why a sender could not be asked. */
export class SenderFault extends PulseError {
  /** How long it wants to be left alone. */
  readonly retryAfterMs: number;

  constructor(code: Code, kind: PulseError['kind'], message: string, retryAfterMs = 0) {
    super(code, kind, message);
    this.retryAfterMs = retryAfterMs;
  }
}

const timeLimitMs = 60_000;
/** Firecrawl ends an answer after 10 MiB, or with a page that is larger. */
const maxBytes = 32 * 2 ** 20;
const maxRedirects = 3;
const maxRetryAfterMs = 3_600_000;

/**
 * Asks a crawler's API with GET. A redirect is followed on the same server alone: another would be
 * shown the key.
 *
 * @param path with its query
 * @throws SenderFault, of kind `away` where the same request may be answered later
 */
export async function askSender(
  sender: Sender,
  path: string,
  signal: AbortSignal,
): Promise<SenderAnswer> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]);
  try {
    const response = await fetchFromServer(sender, path, limited);
    const body = await readBounded(sender, response);
    refuseStatus(sender, path, response, body);
    return { status: response.status, body };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PulseError) throw error;
    const { trouble, message } = findCause(error);
    throw new SenderFault(`${sender.code}_${asWord(trouble)}`, 'away', message);
  }
}

const asWord = <T extends string>(text: T) => text.toUpperCase() as Uppercase<T>;

/** @returns what is wrong with an answer, which another attempt may not have */
export function wrongAnswer(sender: Pick<Sender, 'code'>, problem: string): SenderFault {
  return new SenderFault(`${sender.code}_ANSWER`, 'final', problem);
}

async function fetchFromServer(
  sender: Sender,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const { origin, prefix, login } = readServiceUrl(sender.url);
  const headers = { ...writeAuthorization({ login }), ...sender.headers };
  let address = new URL(`${origin}${prefix}${path}`);
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await fetch(address, { headers, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, address)) throw wrongAnswer(sender, 'it redirects to no address');
    address = new URL(location, address);
    if (address.origin !== origin)
      throw wrongAnswer(sender, `it redirects to another server, ${address.origin}`);
  }
  throw wrongAnswer(sender, `it redirects more than ${maxRedirects} times`);
}

async function readBounded(sender: Sender, response: Response): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    // Leaving the loop cancels the rest.
    if (bytes > maxBytes) throw wrongAnswer(sender, `its answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refuseStatus(
  sender: Sender,
  path: string,
  { status, ok, headers }: Response,
  body: Buffer,
): void {
  if (ok || status === 404) return;
  const said = cutLine(body.subarray(0, 300).toString(), 300);
  const problem = `GET ${path} answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 401 || status === 403)
    throw new SenderFault(`${sender.code}_AUTH`, 'final', problem);
  if (status !== 429 && status < 500) throw wrongAnswer(sender, problem);
  const retryAfterMs = Math.min(readRetryAfterMs(headers.get('retry-after')), maxRetryAfterMs);
  throw new SenderFault(`${sender.code}_ANSWER`, 'away', problem, retryAfterMs);
}
