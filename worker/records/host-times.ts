import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import { hostOfUrl } from '../postgres/expressions.ts';

/** It reads a row of each document of the hosts: some seconds for a million. */
const limitMs = 10_000;

/** @returns when the last document of each host could be found both ways, for those that have one */
export async function readLastIndexed(
  pool: Pool,
  hosts: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await ask<{ host: string; at: Date }>(
    pool,
    {
      text: `
        SELECT ${hostOfUrl} AS host, max(v.vectors_at) AS at
        FROM documents d
        JOIN versions v ON v.id = d.latest
        WHERE ${hostOfUrl} = ANY($1)
        GROUP BY host
        HAVING max(v.vectors_at) IS NOT NULL`,
      limitMs,
    },
    [hosts],
  );
  return new Map(rows.map(({ host, at }) => [host, at]));
}
