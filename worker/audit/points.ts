import { PulseError } from '../errors.ts';
import type { Vectors } from '../vectors/vectors.ts';
import type { Point } from './compare.ts';

const pointsPerPage = 1_000;
const payload = ['documentId', 'version', 'chunkIndex'];

/** Every point of the collection, a page at a time. No collection is no points. */
export async function* readPointPages({ qdrant, identity }: Vectors): AsyncGenerator<Point[]> {
  let offset: string | number | undefined;
  do {
    const page = await withoutCollection(
      undefined,
      qdrant.ask('scroll', (client) =>
        client.scroll(identity.alias, {
          limit: pointsPerPage,
          with_payload: payload,
          ...(offset === undefined ? {} : { offset }),
        }),
      ),
    );
    if (page === undefined) return;
    yield page.points.map(pointOf);
    offset = (page.next_page_offset ?? undefined) as string | number | undefined;
  } while (offset !== undefined);
}

/** Those of the points that are there. */
export async function readPoints(
  { qdrant, identity }: Vectors,
  ids: readonly string[],
): Promise<Point[]> {
  const found: Point[] = [];
  for (let start = 0; start < ids.length; start += pointsPerPage) {
    const part = ids.slice(start, start + pointsPerPage);
    found.push(
      ...(
        await withoutCollection(
          [],
          qdrant.ask('retrieve', (client) =>
            client.retrieve(identity.alias, { ids: part, with_payload: payload }),
          ),
        )
      ).map(pointOf),
    );
  }
  return found;
}

export async function removePoints(
  { qdrant, identity }: Vectors,
  ids: readonly string[],
): Promise<void> {
  await qdrant.ask('delete', (client) =>
    client.delete(identity.alias, { wait: true, points: [...ids] }),
  );
}

function pointOf({
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

async function withoutCollection<T>(instead: T, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof PulseError && error.code === 'QDRANT_COLLECTION') return instead;
    throw error;
  });
}
