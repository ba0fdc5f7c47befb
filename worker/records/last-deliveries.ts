import type { Pool } from 'pg';

import { hookNames } from '../../shared/senders.ts';
import type { HookName } from '../../shared/senders.ts';
import { ask } from '../postgres/connection.ts';

/** What a sender delivered last. Its fields are JSON output. */
export interface LastDelivery {
  readonly source: HookName;
  readonly receivedAt: Date;
  readonly event: string;
  readonly outcome: 'stored' | 'ignored';
  readonly code: string | null;
}

/**
 * @returns the last delivery of each sender that has ever delivered, of which what Pulse asked for
 *   itself is none
 */
export function readLastDeliveries(pool: Pool): Promise<LastDelivery[]> {
  return ask<LastDelivery>(
    pool,
    `SELECT last.source, last.received_at AS "receivedAt", last.event, last.outcome, last.code
     FROM unnest($1::text[]) AS hook(name)
     CROSS JOIN LATERAL (
       SELECT * FROM deliveries
       WHERE source = hook.name AND event <> 'poll'
       ORDER BY received_at DESC
       LIMIT 1) last`,
    [hookNames],
  );
}
