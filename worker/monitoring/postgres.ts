import type { Pool } from 'pg';

import type { AuditRecord } from '../audit/record.ts';
import { sample } from '../metrics/definition.ts';
import type { Gauge, Sample } from '../metrics/definition.ts';
import * as gauges from '../metrics/gauges.ts';
import { canaryTask, readExpectedWorkers } from '../operator/canary.ts';
import type { CanaryResult } from '../operator/canary.ts';
import type { Figures } from '../records/figures.ts';
import { readLastDeliveries } from '../records/last-deliveries.ts';
import { readOperatorValue } from '../records/operator-values.ts';
import { readScheduledTask } from '../records/scheduled-tasks.ts';

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

/** @returns nothing before the first canary by the clock or on request */
export async function readCanary(pool: Pool): Promise<Sample[]> {
  const last = await readScheduledTask(pool, canaryTask);
  const { passedAt = null, hops = [] } = (last?.result ?? {}) as Partial<CanaryResult>;
  return [
    ...(passedAt === null ? [] : [sample(gauges.canaryLastSuccess, toSeconds(passedAt), {})]),
    ...hops.map(({ name: hop, latencyMs }) => sample(gauges.canaryHop, latencyMs / 1_000, { hop })),
  ];
}

/** @returns nothing before the first verification of a deployment */
export async function showExpectedWorkers(pool: Pool): Promise<Sample[]> {
  const expected = await readExpectedWorkers(pool);
  return expected === undefined ? [] : [sample(gauges.workersExpected, expected, {})];
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
