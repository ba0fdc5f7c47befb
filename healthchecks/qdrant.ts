import { HttpStatusError } from './cause.ts';
import { at, json, text } from './http.ts';
import { fault, good, type Probe } from './probe.ts';
import { withoutPassword } from './redaction.ts';

export interface QdrantTarget {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** The alias searches go through; Qdrant resolves it to the collection behind it. */
  readonly collection: string;
  readonly dimension: number;
}

/** The collection's vector parameters, or 'absent'. */
export type QdrantFound = 'absent' | { readonly size: unknown; readonly distance: unknown; readonly points: unknown };

export const qdrant: Probe<QdrantTarget, QdrantFound> = {
  service: 'qdrant',
  question: 'is it ready, and has the collection the configured size and Cosine distance?',
  // an answer takes milliseconds; one while it optimises a large segment may take seconds
  timeLimitMs: 10_000,
  trouble: { unreachable: 'QDRANT_UNREACHABLE', timeout: 'QDRANT_TIMEOUT', auth: 'QDRANT_AUTH', answer: 'QDRANT_ANSWER' },
  address: ({ url, collection }) => `${withoutPassword(url)} ${collection}`,

  async ask({ url, apiKey, collection }, signal) {
    const headers = apiKey === undefined ? {} : { 'api-key': apiKey };
    await text(url, '/readyz', signal, { headers });
    try {
      const { result } = (await json(url, `/collections/${encodeURIComponent(collection)}`, signal, { headers })) as { result?: unknown };
      const vectors = at(result, 'config', 'params', 'vectors');
      return { size: at(vectors, 'size'), distance: at(vectors, 'distance'), points: at(result, 'points_count') };
    } catch (error) {
      if (error instanceof HttpStatusError && error.status === 404) return 'absent';
      throw error;
    }
  },

  judge(found, { collection, dimension }) {
    if (found === 'absent') return fault('QDRANT_COLLECTION', `there is no collection or alias ${collection}`);
    if (found.size !== dimension) return fault('QDRANT_DIMENSION', `${collection} takes vectors of ${found.size}, configured are ${dimension}`);
    if (found.distance !== 'Cosine') return fault('QDRANT_DISTANCE', `${collection} compares by ${found.distance}`);
    return good(`${found.points} points of ${dimension} dimensions, Cosine`);
  },
};
