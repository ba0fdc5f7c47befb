import { HttpStatusError } from '../shared/cause.ts';
import { fetchJson, fetchText, readPath } from '../shared/http.ts';
import { isErrorOfQdrant } from '../shared/qdrant-words.ts';
import { hidePassword } from '../shared/redaction.ts';
import { readServiceUrl, writeQdrantAccess } from '../shared/service-access.ts';
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
    const headers = writeQdrantAccess({ apiKey, login: login ?? readServiceUrl(url).login });
    const get = (path: string) => fetchJson(url, path, signal, { headers });
    // Behind a proxy that passes only /collections neither is answered, or by another page.
    const unready = await fetchText(url, '/readyz', signal, { headers }).catch(keepNotServed);
    const answer = await get(`/collections/${encodeURIComponent(collection)}`).catch(keepNotFound);
    const server = await get('/').catch((error: unknown) => keepError(error));
    const version = readPath(server, 'version');
    if (answer instanceof HttpStatusError) {
      requireQdrant(answer, [unready, server]);
      return { version, collection: 'absent' };
    }
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

/**
 * What a proxy says that does not pass a path, besides a redirection to its login; 503 is Qdrant's
 * own, while it recovers.
 */
const notServed: readonly number[] = [401, 403, 404, 405];

function keepNotServed(error: unknown): HttpStatusError {
  const isNotServed = ({ status }: HttpStatusError) =>
    notServed.includes(status) || (status >= 300 && status < 400);
  if (error instanceof HttpStatusError && isNotServed(error)) return error;
  throw error;
}

function keepNotFound(error: unknown): HttpStatusError {
  if (error instanceof HttpStatusError && error.status === 404) return error;
  throw error;
}

const keepError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

/**
 * Tells a collection that is not there from an address that is not Qdrant's.
 *
 * @param others what the other paths answered
 * @throws the first error among them, where the answer is not in the words of Qdrant
 */
function requireQdrant(notFound: HttpStatusError, others: readonly unknown[]): void {
  if (isErrorOfQdrant(notFound.message)) return;
  // A server may have no page at / at all.
  const [unready, server] = others;
  if (unready instanceof Error) throw unready;
  if (server instanceof Error) keepNotFound(server);
}
