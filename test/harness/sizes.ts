import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { readStores } from './stored.ts';
import type { TestStack } from './test-stack.ts';

/** Rows and points of what a page leaves, without its runs: those are kept by time alone. */
export async function countStored({
  directEnv,
  services,
}: Pick<TestStack, 'directEnv' | 'services'>): Promise<Readonly<Record<string, number>>> {
  const { chunks, keywordRows, points } = await readStores(directEnv);
  const { rows } = await services.pool.query<{ versions: number }>(
    'SELECT count(*)::int AS versions FROM versions',
  );
  return {
    versions: rows[0]?.versions ?? 0,
    chunks: chunks.length,
    keywordRows: keywordRows.length,
    points: points.length,
  };
}

/** Bytes of the database, and of the files of the keyword index without what was only just written. */
export async function measureDisk({
  directEnv,
  services,
}: Pick<TestStack, 'directEnv' | 'services'>): Promise<number> {
  const { rows } = await services.pool.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database())::float8 AS bytes',
  );
  const folder = directEnv['WEBHOOK_KEYWORD_DIR'] ?? '';
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sqlite'));
  const sizes = await Promise.all(files.map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, rows[0]?.bytes ?? 0);
}
