import { HttpStatusError } from '../shared/cause.ts';
import { fetchJson, fetchText, readPath } from '../shared/http.ts';
import { hidePassword } from '../shared/redaction.ts';
import { writeAuthorization } from '../shared/service-access.ts';
import { isOlderThan } from '../shared/version.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface QdrantTarget {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** `user:password` for a proxy in front of it. */
  readonly login?: string | undefined;
  /** The alias that searches use; Qdrant resolves it to the collection. */
  readonly collection: string;
  readonly dimension: number;
}

/** The server's version, and the parameters of the collection if there is one. */
export interface QdrantFound {
  readonly version: unknown;
  readonly collection:
    | 'absent'
    | { readonly size: unknown; readonly distance: unknown; readonly points: unknown };
}

/** The first version with the Query API. */
const oldestQdrant = [1, 10] as const;

export const qdrant: Probe<QdrantTarget, QdrantFound> = {
  service: 'qdrant',
  question: 'is it ready, and has the collection the configured size and Cosine distance?',
  // An answer takes milliseconds, or seconds while Qdrant optimises a large segment.
  timeLimitMs: 10_000,
  trouble: serviceTroubleCodes('QDRANT'),
  address: ({ url, collection }) => `${hidePassword(url)} ${collection}`,

  async ask({ url, apiKey, login, collection }, signal) {
    const headers = {
      ...writeAuthorization({ login }),
      ...(apiKey !== undefined && { 'api-key': apiKey }),
    };
    await fetchText(url, '/readyz', signal, { headers });
    // Behind a proxy that passes only /collections the version is unknown; that is no fault.
    const version = readPath(
      await fetchJson(url, '/', signal, { headers }).catch(ignoreNotFound),
      'version',
    );
    const answer = await fetchJson(url, `/collections/${encodeURIComponent(collection)}`, signal, {
      headers,
    }).catch(ignoreNotFound);
    if (answer === undefined) return { version, collection: 'absent' };
    const vectors = readPath(answer, 'result', 'config', 'params', 'vectors');
    return {
      version,
      collection: {
        size: readPath(vectors, 'size'),
        distance: readPath(vectors, 'distance'),
        points: readPath(answer, 'result', 'points_count'),
      },
    };
  },

  judge({ version, collection: found }, { collection, dimension }) {
    if (isOlderThan(version, oldestQdrant))
      return fail(
        'QDRANT_VERSION',
        `the server is version ${version as string}; ${oldestQdrant.join('.')} or newer is needed`,
      );
    if (found === 'absent')
      return fail('QDRANT_COLLECTION', `there is no collection or alias ${collection}`);
    if (found.size === undefined)
      return fail(
        'QDRANT_DIMENSION',
        `${collection} has no vector without a name; it needs one of ${dimension} numbers`,
      );
    if (found.size !== dimension)
      return fail(
        'QDRANT_DIMENSION',
        `${collection} takes vectors of ${found.size as number}, configured are ${dimension}`,
      );
    if (found.distance !== 'Cosine')
      return fail('QDRANT_DISTANCE', `${collection} compares by ${found.distance as string}`);
    return pass(`${found.points as number} points of ${dimension} dimensions, Cosine`);
  },
};

function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof HttpStatusError && error.status === 404)) throw error;
}
