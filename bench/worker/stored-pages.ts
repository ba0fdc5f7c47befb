import { submitDocument } from '../../worker/indexing/submit-document.ts';
import type { Services } from '../../worker/services.ts';
import { page } from './pages.ts';

/** Pages stored at the same time, as `./pulse index` does it. */
const inFlight = 8;

export async function storePages(
  services: Services,
  documents: number,
  report: (line: string) => void,
): Promise<void> {
  let next = 0;
  const began = Date.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < documents) await submitDocument(services, page(next++));
    }),
  );
  report(
    `${documents} pages stored and waiting after ${((Date.now() - began) / 1000).toFixed(1)} s`,
  );
}

export async function countIndexed({ pool }: Services): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM versions WHERE state = 'indexed'",
  );
  return rows[0]?.count ?? 0;
}
