import type { QdrantClient } from '@qdrant/js-client-rest';

import { pause, pausesMs } from '../../shared/request-limits.ts';

/** One request of the client's library. */
export type Call = (payload: unknown, init?: RequestInit) => Promise<unknown>;

/** The functions that the methods of a client call. */
export const callsOf = (client: QdrantClient) => client.api() as unknown as Record<string, Call>;

/** Sends each request of a client again, after a pause, that may be taken in a moment. */
export function repeatCalls(
  client: QdrantClient,
  mayPassSoon: (error: unknown) => boolean,
): QdrantClient {
  const calls = callsOf(client);
  for (const [name, call] of Object.entries(calls)) {
    const askPatiently: Call = async (payload, init) => {
      for (const pauseMs of pausesMs) {
        try {
          return await call(payload, init);
        } catch (error) {
          if (!mayPassSoon(error)) throw error;
        }
        await pause(pauseMs);
      }
      return call(payload, init);
    };
    calls[name] = Object.assign(askPatiently, call);
  }
  return client;
}
