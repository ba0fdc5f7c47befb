import type { Pool } from 'pg';

import { canaryHost } from '../../shared/canary.ts';
import { ask } from '../postgres/connection.ts';
import { hostOfUrl } from '../postgres/expressions.ts';

/** More than a verification takes, with all its limits. */
const lifeMinutes = 10;

/** @returns the ids of canaries whose verification was killed before it could remove them */
export async function listLeftCanaries(pool: Pool): Promise<string[]> {
  const rows = await ask<{ id: string }>(
    pool,
    `SELECT id FROM documents
     WHERE ${hostOfUrl} = $1 AND created_at < now() - make_interval(mins => $2)`,
    [canaryHost, lifeMinutes],
  );
  return rows.map(({ id }) => id);
}
