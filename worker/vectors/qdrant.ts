import { QdrantClient } from '@qdrant/js-client-rest';

import { qdrant as probe } from '../../healthchecks/qdrant.ts';
import { findCause } from '../../shared/cause.ts';
import { readServiceUrl, writeAuthorization } from '../../shared/service-access.ts';
import type { ServiceAccess } from '../../shared/service-access.ts';
import { PulseError, describeError } from '../errors.ts';

const requestLimitMs = 30_000;

/** Whether Qdrant knows the key and does not let it do this. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403;
}

export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404;
}

function statusOf(error: unknown): number | undefined {
  return (error as { status?: number }).status;
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
    this.#client = new QdrantClient({
      url: address.origin,
      port: address.port,
      prefix: address.prefix,
      timeout: requestLimitMs,
      checkCompatibility: false,
      headers: {
        ...writeAuthorization({ login: login ?? address.login }),
        ...(apiKey !== undefined && { 'api-key': apiKey }),
      },
    });
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

function toQdrantError(what: string, error: unknown): PulseError {
  const status = statusOf(error);
  if (status === undefined) {
    const isTimeout = error instanceof Error && error.name === 'QdrantClientTimeoutError';
    return new PulseError(
      isTimeout ? 'QDRANT_TIMEOUT' : probe.trouble[findCause(error).trouble],
      'away',
      `Qdrant ${what}: ${isTimeout ? `no answer in ${requestLimitMs} ms` : describeError(error)}`,
      error,
    );
  }
  const words = JSON.stringify((error as { data?: unknown }).data ?? describeError(error)).slice(
    0,
    300,
  );
  if (status === 404)
    return new PulseError('QDRANT_COLLECTION', 'away', `Qdrant ${what}: ${words}`, error);
  if (status === 401 || status === 403)
    return new PulseError(
      'QDRANT_AUTH',
      'away',
      `Qdrant ${what} answered ${status}: ${words}`,
      error,
    );
  // In strict mode, while a payload index is built: no document is at fault.
  const lacksIndex = status === 400 && words.includes('Index required but not found');
  return new PulseError(
    'QDRANT_ANSWER',
    lacksIndex || status === 408 || status === 429 || status >= 500 ? 'away' : 'final',
    `Qdrant ${what} answered ${status}: ${words}`,
    error,
  );
}
