import { QdrantClient } from '@qdrant/js-client-rest';

import { qdrant as probe } from '../../healthchecks/qdrant.ts';
import { findCause } from '../../shared/cause.ts';
import { PulseError, describeError } from '../errors.ts';

const requestLimitMs = 30_000;

/** The official client, every failure of it a PulseError that says whose fault it is. */
export class Qdrant {
  readonly #client: QdrantClient;

  constructor(url: string, apiKey?: string) {
    // As a header: given as `apiKey`, the client writes a warning to the console for every http:// address, and the GPU host's is a private network.
    this.#client = new QdrantClient({
      url,
      timeout: requestLimitMs,
      checkCompatibility: false,
      ...(apiKey !== undefined && { headers: { 'api-key': apiKey } }),
    });
  }

  /** @param what the request in a word, for people */
  async ask<T>(what: string, request: (client: QdrantClient) => Promise<T>): Promise<T> {
    try {
      return await request(this.#client);
    } catch (error) {
      throw error instanceof PulseError ? error : translated(what, error);
    }
  }
}

function translated(what: string, error: unknown): PulseError {
  const status = (error as { status?: number }).status;
  if (status === undefined) {
    const late = error instanceof Error && error.name === 'QdrantClientTimeoutError';
    return new PulseError(
      late ? 'QDRANT_TIMEOUT' : probe.trouble[findCause(error).trouble],
      'away',
      `Qdrant ${what}: ${late ? `no answer in ${requestLimitMs} ms` : describeError(error)}`,
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
  return new PulseError(
    'QDRANT_ANSWER',
    status === 408 || status === 429 || status >= 500 ? 'away' : 'final',
    `Qdrant ${what} answered ${status}: ${words}`,
    error,
  );
}
