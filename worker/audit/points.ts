import { withoutCollection } from '../vectors/qdrant.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { Point } from './compare.ts';

/** Fewer where Qdrant in strict mode gives no more. */
const pointsPerPage = 1_000;
const payloadFields = ['documentId', 'version', 'chunkIndex'];

/** Yields every point of the collection in pages; none when there is no collection. */
export async function* readPointPages(vectors: Vectors): AsyncGenerator<Point[]> {
  const { qdrant, identity, limits } = vectors;
  const { mostPerPage } = await limits.read(identity.alias);
  const limit = Math.min(pointsPerPage, mostPerPage);
  let offset: string | number | undefined;
  do {
    const page = await qdrant
      .ask('scroll', (client) =>
        client.scroll(identity.alias, {
          limit,
          with_payload: payloadFields,
          ...(offset === undefined ? {} : { offset }),
        }),
      )
      .catch(withoutCollection(undefined));
    if (page === undefined) return;
    yield page.points.map(toPoint);
    offset = (page.next_page_offset ?? undefined) as string | number | undefined;
  } while (offset !== undefined);
}

/** @returns those of the points that exist */
export async function readPoints(vectors: Vectors, ids: readonly string[]): Promise<Point[]> {
  const { qdrant, identity, limits } = vectors;
  const found: Point[] = [];
  const limit = Math.min(pointsPerPage, (await limits.read(identity.alias)).mostIds);
  for (let start = 0; start < ids.length; start += limit) {
    const part = ids.slice(start, start + limit).map(toPointId);
    const points = await qdrant
      .ask('retrieve', (client) =>
        client.retrieve(identity.alias, { ids: part, with_payload: payloadFields }),
      )
      .catch(withoutCollection([]));
    found.push(...points.map(toPoint));
  }
  return found;
}

/** Points that somebody else has put there may have numbers. */
function toPointId(id: string): string | number {
  return /^\d+$/.test(id) ? Number(id) : id;
}

function toPoint({
  id,
  payload,
}: {
  id: string | number;
  payload?: Record<string, unknown> | null | undefined;
}): Point {
  return {
    id: String(id),
    documentId: String(payload?.['documentId']),
    version: Number(payload?.['version']),
    chunk: Number(payload?.['chunkIndex']),
  };
}
