import type { Pool } from 'pg';

import type { AuditRecord } from '../audit/record.ts';
import { sample } from '../metrics/definition.ts';
import type { Gauge, Sample } from '../metrics/definition.ts';
import * as gauges from '../metrics/gauges.ts';
import type { Figures } from '../records/figures.ts';
import { readLastDeliveries } from '../records/last-deliveries.ts';
import { readOperatorValue } from '../records/operator-values.ts';
import { readScheduledTasks } from '../records/scheduled-tasks.ts';

export function showFigures({ documents, oldest, crawls, missing }: Figures): Sample[] {
  return [
    ...each(gauges.documents, 'state', documents),
    ...each(gauges.oldestPending, 'stage', oldest),
    ...each(gauges.crawls, 'state', crawls),
    sample(gauges.crawlPagesMissing, missing, {}),
  ];
}

export async function readDeliveries(pool: Pool): Promise<Sample[]> {
  return (await readLastDeliveries(pool)).map(({ source, receivedAt }) =>
    sample(gauges.lastDelivery, receivedAt.getTime() / 1_000, { source }),
  );
}

/** The fields of the canary's last run that are shown: see the scheduled task. */
interface CanaryResult {
  /** When one was last found; null before the first time. */
  readonly passedAt: string | null;
  readonly hops: readonly { readonly name: string; readonly latencyMs: number }[];
}

/** @returns nothing before the first canary by the clock or on request */
export async function readCanary(pool: Pool): Promise<Sample[]> {
  const last = (await readScheduledTasks(pool)).find(({ task }) => task === 'canary');
  const { passedAt = null, hops = [] } = (last?.result ?? {}) as Partial<CanaryResult>;
  return [
    ...(passedAt === null ? [] : [sample(gauges.canaryLastSuccess, toSeconds(passedAt), {})]),
    ...hops.map(({ name: hop, latencyMs }) => sample(gauges.canaryHop, latencyMs / 1_000, { hop })),
  ];
}

/** @returns how many workers the stack declares; nothing before its first verification */
export async function readExpectedWorkers(pool: Pool): Promise<Sample[]> {
  const expected = await readOperatorValue(pool, 'workerReplicas');
  return typeof expected === 'number' ? [sample(gauges.workersExpected, expected, {})] : [];
}

function toSeconds(time: string): number {
  return Date.parse(time) / 1_000;
}

/** @returns nothing before the first audit */
export async function readAudit(pool: Pool): Promise<Sample[]> {
  const last = (await readOperatorValue(pool, 'audit')) as AuditRecord | undefined;
  if (last === undefined) return [];
  return [
    ...each(gauges.auditFindings, 'kind', last.findings),
    sample(gauges.auditTime, toSeconds(last.at), {}),
  ];
}

function each<Label extends string>(
  of: Gauge<Label>,
  label: Label,
  values: Readonly<Record<string, number>>,
): Sample[] {
  return Object.entries(values).map(([name, value]) =>
    sample(of, value, { [label]: name } as Record<Label, string>),
  );
}
