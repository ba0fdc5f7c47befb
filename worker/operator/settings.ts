import type { Services } from '../services.ts';
import type { Counts } from '../queue/queues.ts';

/**
 * What the operator wants of the queues. It stands in Postgres, because an emptied Redis forgets
 * it.
 */
export interface OperatorSettings {
  readonly paused: boolean;
  /** Jobs of each queue that all workers together may work on; null for as many as they can. */
  readonly limit: number | null;
}

/** The operator's word goes before the stack's setting. */
export async function readOperatorSettings({
  records,
  globalConcurrency,
}: Pick<Services, 'records' | 'globalConcurrency'>): Promise<OperatorSettings> {
  const [paused, limit] = await Promise.all([
    records.operator('paused'),
    records.operator('limit'),
  ]);
  return {
    paused: paused === true,
    limit: limit === undefined ? (globalConcurrency ?? null) : (limit as number | null),
  };
}

export async function setPaused({ records, queues }: Services, paused: boolean): Promise<void> {
  await records.setOperator('paused', paused);
  await queues.setPaused(paused);
}

/** @param limit undefined gives the word back to the stack's setting */
export async function setLimit(
  services: Services,
  limit: number | null | undefined,
): Promise<number | null> {
  await services.records.setOperator('limit', limit);
  const orders = await readOperatorSettings(services);
  await services.queues.setLimit(orders.limit);
  return orders.limit;
}

/** Makes Redis say what the orders say. */
export async function applyOperatorSettings(services: Services): Promise<void> {
  const [orders, counts] = await Promise.all([
    readOperatorSettings(services),
    services.queues.counts(),
  ]);
  const differ = (key: 'paused' | 'limit'): boolean =>
    Object.values(counts).some((queue: Counts) => queue[key] !== orders[key]);
  if (differ('paused')) await services.queues.setPaused(orders.paused);
  if (differ('limit')) await services.queues.setLimit(orders.limit);
}
