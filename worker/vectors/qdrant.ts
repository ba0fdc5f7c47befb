import { QdrantClient } from '@qdrant/js-client-rest';

import { qdrant as probe } from '../../healthchecks/qdrant.ts';
import { findCause } from '../../shared/cause.ts';
import { isErrorOfQdrant } from '../../shared/qdrant-words.ts';
import { quoteAnswer } from '../../shared/quote-answer.ts';
import { longestPauseMs, overLimit } from '../../shared/request-limits.ts';
import { readServiceUrl, writeQdrantAccess } from '../../shared/service-access.ts';
import type { ServiceAccess } from '../../shared/service-access.ts';
import { PulseError, describeError } from '../errors.ts';
import { repeatCalls } from './calls.ts';
import { openOnSameServer } from './redirections.ts';

const requestLimitMs = 30_000;

/** Whether Qdrant knows the key and does not let it do this. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403;
}

/**
 * Whether Qdrant says that there is no such collection. A proxy that does not know the path answers
 * 404 too, and nothing is known of the collection then.
 */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && isErrorOfQdrant(wordsOf(error));
}

function statusOf(error: unknown): number | undefined {
  return isRateLimited(error) ? 429 : (error as { status?: number } | undefined)?.status;
}

/** Whether a request was refused because too many were sent in a while. */
export function isOverLimit(error: unknown): boolean {
  return error instanceof PulseError && statusOf(error.cause) === 429;
}

/**
 * Whether a request was refused by what stands before Qdrant, which may read what is sent. 408, 413
 * and 429 say another reason, and with 5xx something is away.
 */
export function isForeign(error: unknown): boolean {
  const cause = error instanceof PulseError ? error.cause : undefined;
  const status = statusOf(cause);
  if (status === undefined || [408, 413, 429].includes(status)) return false;
  return (status < 500 || status === 501) && !isErrorOfQdrant(wordsOf(cause));
}

/**
 * Of a 429 with a Retry-After the client keeps neither the status nor the body, and takes a date
 * there for a fault.
 */
function isRateLimited(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'QdrantClientResourceExhaustedError' ||
      error.message.startsWith('Invalid retryAfter value'))
  );
}

/** What was answered: Qdrant's JSON, or the text of a proxy. */
function wordsOf(error: unknown): string {
  const { data = describeError(error) } = error as { data?: unknown };
  return typeof data === 'string' ? data : JSON.stringify(data);
}

/** The official client, with every failure as a PulseError whose kind says what is at fault. */
export class Qdrant {
  readonly #client: QdrantClient;

  /** @param login `user:password` for a proxy in front of it */
  constructor(url: string, { apiKey, login }: ServiceAccess = {}) {
    const address = readServiceUrl(url);
    // Left to itself the client takes port 6333 where the URL has none, and drops a path. The key
    // goes as a header: given as `apiKey`, the client prints a warning for every http:// address,
    // and the GPU host is in a private network.
    const { port } = address;
    const headers = writeQdrantAccess({ apiKey, login: login ?? address.login });
    this.#client = openOnSameServer(address, ({ origin, prefix }) =>
      repeatCalls(
        new QdrantClient({
          url: origin,
          port,
          prefix,
          timeout: requestLimitMs,
          checkCompatibility: false,
          headers,
        }),
        mayPassSoon,
      ),
    );
  }

  /** @param what the request in a word, for people */
  async ask<T>(what: string, request: (client: QdrantClient) => Promise<T>): Promise<T> {
    try {
      return await request(this.#client);
    } catch (error) {
      throw error instanceof PulseError ? error : toQdrantError(what, error);
    }
  }
}

/** Answers `instead` when there is no collection, because then there are no points. */
export function withoutCollection<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof PulseError && error.code === 'QDRANT_COLLECTION') return instead;
    throw error;
  };
}

/**
 * Whether a proxy that has had too many requests may take this one in a moment. What Qdrant itself
 * limits it counts by the minute; of its Retry-After the client keeps the first digit.
 */
function mayPassSoon(error: unknown): boolean {
  if (isRateLimited(error)) {
    const { retry_after: seconds = 0 } = error as { readonly retry_after?: number };
    return seconds * 1_000 <= longestPauseMs;
  }
  return overLimit.includes(statusOf(error) ?? 0) && !isErrorOfQdrant(wordsOf(error));
}

function toQdrantError(what: string, error: unknown): PulseError {
  const status = statusOf(error);
  if (status === undefined) {
    const isTimeout = error instanceof Error && error.name === 'QdrantClientTimeoutError';
    const { trouble, message } = findCause(error);
    return new PulseError(
      isTimeout ? 'QDRANT_TIMEOUT' : probe.trouble[trouble],
      'away',
      `Qdrant ${what}: ${isTimeout ? `no answer in ${requestLimitMs} ms` : message}`,
      error,
    );
  }
  const words = quoteAnswer(wordsOf(error));
  if (isAbsent(error))
    return new PulseError('QDRANT_COLLECTION', 'away', `Qdrant ${what}: ${words}`, error);
  if (status === 401 || status === 403)
    return new PulseError(
      'QDRANT_AUTH',
      'away',
      `Qdrant ${what} answered ${status}: ${words}`,
      error,
    );
  const whose =
    isRateLimited(error) || isErrorOfQdrant(wordsOf(error)) ? '' : ", not in Qdrant's words";
  return new PulseError(
    'QDRANT_ANSWER',
    isFaultOfInput(what, error) ? 'final' : 'away',
    `Qdrant ${what} answered ${status}${whose}: ${words}${advise(error)}`,
    error,
  );
}

/** What a person has to look for where the answer itself does not say it. */
function advise(error: unknown): string {
  if (statusOf(error) === 429)
    return (
      '; its limit of requests in a minute is reached (write_rate_limit or read_rate_limit in ' +
      'strict_mode_config of the collection), or that of a proxy in front of it'
    );
  return refusesSize(error)
    ? '; the request is larger than a proxy in front of Qdrant takes (client_max_body_size of ' +
        'nginx, proxy-body-size of its ingress), or Qdrant itself (max_request_size_mb)'
    : '';
}

/** Whether a failed request was refused for its size. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof PulseError && refusesSize(error.cause);
}

/** A proxy answers 413. Qdrant itself answers 400, in the words of its server. */
function refusesSize(error: unknown): boolean {
  const status = statusOf(error);
  return status === 413 || (status === 400 && ownSizeLimit.test(wordsOf(error)));
}

const ownSizeLimit = /JSON payload (?:\(\d+ bytes\) is larger than allowed|has exceeded limit)/;

/**
 * Whether the points or the query are at fault, in the words of Qdrant: all other requests are the
 * same for every document. A limit of the collection is raised by a person, and documents wait for
 * that. A limit of a query is that query's own: it must not keep documents waiting.
 */
function isFaultOfInput(what: string, error: unknown): boolean {
  const words = wordsOf(error);
  // What is sent in halves until it is one point.
  if (what === 'upsert' && refusesSize(error)) return true;
  if (![400, 422].includes(statusOf(error) ?? 0) || !isErrorOfQdrant(words)) return false;
  // In strict mode, while a payload index is built.
  if (words.includes('Index required but not found')) return false;
  return what === 'query' || (what === 'upsert' && !/\b(limit|maximum|shard key)\b/i.test(words));
}
