import type { Settings } from '../../settings.ts';
import { fetchJson, fetchText, readPath } from '../../shared/http.ts';
import { writeQdrantAccess } from '../../shared/service-access.ts';
import { trustAuthorities } from '../../shared/trusted-authorities.ts';

const answerLimitMs = 10_000;

/** Collections in a Qdrant that is not the stack's own. */
export interface FoundCollections {
  readonly own: readonly string[];
  /** Of an earlier model, or of a stack whose name begins alike: a name does not tell. */
  readonly alike: readonly string[];
  /** Why they could not be listed; `own` is then the one that the stack makes first. */
  readonly problem?: string;
}

/**
 * Finds the stack's collections in an external Qdrant. It is asked from here, since no worker may
 * be left.
 */
export async function findCollections(settings: Settings): Promise<FoundCollections> {
  if (settings.gpuHost.mode !== 'external') return { own: [], alike: [] };
  try {
    const answer = await fetchJson(...request(settings, '/collections'));
    const found = readPath(answer, 'result', 'collections') as readonly { name: string }[];
    return sortCollections(
      settings,
      found.map(({ name }) => name),
    );
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { own: [`${settings.collection}-v1`], alike: [], problem };
  }
}

/** Tells a stack's collections, of its present model, from those that may be another stack's. */
export function sortCollections(
  { stack, collection }: Pick<Settings, 'stack' | 'collection'>,
  names: readonly string[],
): FoundCollections {
  const isOwn = (name: string): boolean =>
    name.startsWith(`${collection}-v`) && /^\d+$/.test(name.slice(collection.length + 2));
  return {
    own: names.filter(isOwn).toSorted(),
    alike: names.filter((name) => name.startsWith(`pulse-${stack}-`) && !isOwn(name)).toSorted(),
  };
}

/** @throws HttpStatusError when Qdrant refuses */
export async function removeCollection(settings: Settings, name: string): Promise<void> {
  const [base, path, signal, options] = request(settings, `/collections/${name}`);
  await fetchText(base, path, signal, { ...options, method: 'DELETE' });
}

function request({ gpuHost, network }: Settings, path: string): Parameters<typeof fetchText> {
  trustAuthorities(network.caCertificate);
  const { qdrantUrl = '', qdrantApiKey, qdrantLogin } = gpuHost;
  const headers = writeQdrantAccess({ apiKey: qdrantApiKey, login: qdrantLogin });
  return [qdrantUrl, path, AbortSignal.timeout(answerLimitMs), { headers }];
}
