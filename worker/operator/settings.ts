import type { Pool } from 'pg';

import type { Counts, Queues } from '../queue/queues.ts';
import { readOperatorValue, writeOperatorValue } from '../records/operator-values.ts';

export interface OperatorDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  /** The stack's own limit of jobs; undefined for as many as they can. */
  readonly globalConcurrency: number | undefined;
}

/** What the operator wants of the queues. It is kept in Postgres, because Redis may be emptied. */
export interface OperatorSettings {
  readonly paused: boolean;
  /** Jobs of each queue that all workers together may work on; null for as many as they can. */
  readonly limit: number | null;
}

/** What the operator set comes before the stack's setting. */
export async function readOperatorSettings({
  pool,
  globalConcurrency,
}: Omit<OperatorDependencies, 'queues'>): Promise<OperatorSettings> {
  const [paused, limit] = await Promise.all([isPaused(pool), readOperatorValue(pool, 'limit')]);
  return {
    paused,
    limit: limit === undefined ? (globalConcurrency ?? null) : (limit as number | null),
  };
}

/** @returns whether an operator has paused the queues */
export async function isPaused(pool: Pool): Promise<boolean> {
  return (await readOperatorValue(pool, 'paused')) === true;
}

export async function setPaused(
  { pool, queues }: Pick<OperatorDependencies, 'pool' | 'queues'>,
  paused: boolean,
): Promise<void> {
  await writeOperatorValue(pool, 'paused', paused);
  await queues.setPaused(paused);
}

/**
 * @param limit undefined returns to the stack's setting
 * @returns the limit that holds now
 */
export async function setLimit(
  dependencies: OperatorDependencies,
  limit: number | null | undefined,
): Promise<number | null> {
  await writeOperatorValue(dependencies.pool, 'limit', limit);
  const wanted = await readOperatorSettings(dependencies);
  await dependencies.queues.setLimit(wanted.limit);
  return wanted.limit;
}

/**
 * Makes the queues in Redis as the operator wants them. An order that is given meanwhile may be
 * undone by that, so what was changed is compared once more.
 */
export async function applyOperatorSettings(dependencies: OperatorDependencies): Promise<void> {
  if (await applyDifference(dependencies)) await applyDifference(dependencies);
}

/** @returns whether there was one */
async function applyDifference(dependencies: OperatorDependencies): Promise<boolean> {
  const { queues } = dependencies;
  // In this order: an order is written to Postgres first.
  const counts = await queues.counts();
  const wanted = await readOperatorSettings(dependencies);
  const differs = (key: 'paused' | 'limit'): boolean =>
    Object.values(counts).some((queue: Counts) => queue[key] !== wanted[key]);
  if (differs('paused')) await queues.setPaused(wanted.paused);
  if (differs('limit')) await queues.setLimit(wanted.limit);
  return differs('paused') || differs('limit');
}
