import { withoutCollection } from '../vectors/qdrant.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { Point } from './compare.ts';

const pointsPerPage = 1_000;
const payloadFields = ['documentId', 'version', 'chunkIndex'];

/** Yields every point of the collection in pages of 1,000; none when there is no collection. */
export async function* readPointPages({ qdrant, identity }: Vectors): AsyncGenerator<Point[]> {
  let offset: string | number | undefined;
  do {
    const page = await qdrant
      .ask('scroll', (client) =>
        client.scroll(identity.alias, {
          limit: pointsPerPage,
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
export async function readPoints(
  { qdrant, identity }: Vectors,
  ids: readonly string[],
): Promise<Point[]> {
  const found: Point[] = [];
  for (let start = 0; start < ids.length; start += pointsPerPage) {
    const part = ids.slice(start, start + pointsPerPage);
    const points = await qdrant
      .ask('retrieve', (client) =>
        client.retrieve(identity.alias, { ids: part, with_payload: payloadFields }),
      )
      .catch(withoutCollection([]));
    found.push(...points.map(toPoint));
  }
  return found;
}

/** Deletes points by their ids. */
export async function removePoints(
  { qdrant, identity }: Vectors,
  ids: readonly string[],
): Promise<void> {
  await qdrant.ask('delete', (client) =>
    client.delete(identity.alias, { wait: true, points: [...ids] }),
  );
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
