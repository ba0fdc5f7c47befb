import type { Pool } from 'pg';

import { writeOperatorValue } from '../records/operator-values.ts';
import type { Audit } from './audit.ts';
import type { Kind } from './compare.ts';

/** What is kept of the last audit, until the next. */
export interface AuditRecord {
  readonly at: string;
  /** What was found and not repaired. */
  readonly findings: Readonly<Record<Kind, number>>;
}

export async function recordAudit(pool: Pool, found: Audit): Promise<void> {
  const { missing, orphan, duplicate, stale, mended } = found;
  const none = { missing: 0, orphan: 0, duplicate: 0, stale: 0 };
  const record: AuditRecord = {
    at: new Date().toISOString(),
    findings: mended === null ? { missing, orphan, duplicate, stale } : none,
  };
  await writeOperatorValue(pool, 'audit', record);
}
