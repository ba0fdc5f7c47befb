import { tei as probe } from '../../healthchecks/tei.ts';
import { HttpStatusError, findCause } from '../../shared/cause.ts';
import type { Code } from '../../shared/codes.ts';
import { PulseError } from '../errors.ts';

/** What a proxy answers that waited too long for TEI; 524 is Cloudflare's. */
const gatewayTimeouts: ReadonlySet<number> = new Set([504, 524]);

/** An answer with another status than 2xx. */
interface Refusal {
  readonly status: number;
  /** The begin of the answer. */
  readonly words: string;
  /** Where a redirection led to, as `HttpStatusError` takes it. */
  readonly moved: string;
}

/** TEI, or a proxy in front of it, answered a call with another status than 2xx. */
export function describeRefusal(path: string, { status, words, moved }: Refusal): PulseError {
  const answer = new HttpStatusError(`TEI ${path}`, status, words, moved);
  const message = `${answer.message}${explain(path, status, words)}`;
  return new PulseError(selectCode(path, status), selectKind(path, status), message, answer);
}

/**
 * A call got no answer, or one that is no JSON: a server may hang or die because of one input, and
 * a firewall may answer with a page of its own.
 *
 * @param limitMs the time limit, where it has passed
 */
export function describeLostCall(
  path: string,
  error: unknown,
  limitMs: number | undefined,
): PulseError {
  const isLate = limitMs !== undefined;
  const cause = findCause(error);
  const trouble = isLate ? 'timeout' : cause.trouble;
  const isNoJson = error instanceof Error && error.cause instanceof SyntaxError;
  const mayBeCausedByTexts = trouble === 'timeout' || trouble === 'unreachable' || isNoJson;
  return new PulseError(
    probe.trouble[trouble],
    path === '/embed' && mayBeCausedByTexts ? 'retryable' : 'away',
    `TEI ${path}: ${isLate ? `no answer in ${limitMs} ms` : cause.message}`,
    error,
  );
}

/** Whether the server refused a call for the size of what it was sent. */
export function isTooLarge(error: unknown): boolean {
  const answer = error instanceof PulseError ? error.cause : undefined;
  return answer instanceof HttpStatusError && answer.status === 413;
}

/**
 * 400, 413 and 422 are about the texts, and 429 and 503 about the server: it has too much to do.
 * Any other answer to /embed may be either: its backend failed for this input or for any, a
 * firewall refuses these texts or this client, a proxy gave up or has no server. Where no text is
 * embedded, it is about the server; with /info no text is sent.
 */
function selectKind(path: string, status: number): PulseError['kind'] {
  if (path === '/info' || isRedirection(status)) return 'away';
  if (status === 400 || status === 413 || status === 422) return 'final';
  return path === '/embed' && status !== 429 && status !== 503 ? 'retryable' : 'away';
}

const isRedirection = (status: number): boolean => status >= 300 && status < 400;

function selectCode(path: string, status: number): Code {
  if (isLateOf(path, status)) return 'TEI_TIMEOUT';
  return status === 401 || status === 403 ? 'TEI_AUTH' : 'TEI_ANSWER';
}

function isLateOf(path: string, status: number): boolean {
  return path === '/embed' && gatewayTimeouts.has(status);
}

function explain(path: string, status: number, words: string): string {
  if (isLateOf(path, status))
    return (
      '; a proxy in front of TEI gave up waiting: its time limit (proxy_read_timeout of nginx, ' +
      '60 s by default) must not be below pulse:teiTimeout'
    );
  // TEI says itself which text has too many tokens, by an error_type, and not of how many bytes.
  if (status === 413 && !words.includes('"error_type"'))
    return (
      '; a limit of the bytes of one request is too small: client_max_body_size of nginx, ' +
      'proxy-body-size of an ingress, --payload-limit of TEI'
    );
  return '';
}
