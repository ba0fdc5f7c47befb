import type { Pool } from 'pg';

import type { Hop } from '../../healthchecks/hops.ts';
import type { Pipeline } from '../../healthchecks/pipeline.ts';
import { verify } from '../../healthchecks/verify.ts';
import type { Report, VerifySettings } from '../../healthchecks/verify.ts';
import type { Code } from '../../shared/codes.ts';
import { listLeftCanaries } from '../records/left-canaries.ts';
import { readOperatorValue } from '../records/operator-values.ts';
import { readScheduledTask } from '../records/scheduled-tasks.ts';
import { deleteDocuments } from './documents.ts';
import type { DocumentDependencies } from './documents.ts';

/** The task's name in the database. */
export const canaryTask = 'canary';

/** What is kept of the last canary. Its fields are JSON output. */
export interface CanaryResult {
  /** Null when it was not, or not both ways although nothing is away. */
  readonly found: 'both ways' | 'by keyword; its vectors wait' | null;
  /** Services of the GPU host that failed before it. */
  readonly away: readonly string[];
  /** When a canary last passed. */
  readonly passedAt: string | null;
  readonly hops: readonly Hop[];
}

/** How a canary ended. */
export interface CanaryOutcome {
  readonly report: Report;
  readonly result: CanaryResult;
  /** Null when it passed. */
  readonly problem: string | null;
  readonly code: Code | null;
}

export interface CanaryDependencies extends Pick<DocumentDependencies, 'removals' | 'queues'> {
  readonly pool: Pool;
  readonly settings: Omit<VerifySettings, 'workerReplicas'>;
  readonly pipeline: Pipeline;
}

/**
 * Verifies everything, with a canary. It has passed as well when it was found by keyword while the
 * GPU host is away, and the result says so. Canaries that a killed verification left are removed.
 */
export async function runCanary(dependencies: CanaryDependencies): Promise<CanaryOutcome> {
  const { pool, removals, queues } = dependencies;
  const report = await verifyAll(dependencies, true);
  const { found, away, fault } = judgeCanary(report);
  const hops = canaryOf(report)?.hops ?? [];
  if (isAway(report, 'postgres'))
    return describeOutcome(report, { found, away, passedAt: null, hops }, fault);
  const left = await listLeftCanaries(pool);
  if (left.length > 0) await deleteDocuments({ removals, queues }, left);
  const passedAt = found === null ? await readPassedAt(pool) : report.verifiedAt;
  return describeOutcome(report, { found, away, passedAt, hops }, fault);
}

/** Asks every service, and how many workers take jobs. */
export async function verifyAll(
  { pool, settings, pipeline }: Pick<CanaryDependencies, 'pool' | 'settings' | 'pipeline'>,
  withCanary: boolean,
): Promise<Report> {
  // Of a Postgres that is away its own check says so.
  const workerReplicas = (await readExpectedWorkers(pool).catch(() => undefined)) ?? 1;
  return verify({ ...settings, workerReplicas }, pipeline, { withoutCanary: !withCanary });
}

/** @returns how many workers the last verification of a deployment expected; undefined before it */
export async function readExpectedWorkers(pool: Pool): Promise<number | undefined> {
  return (await readOperatorValue(pool, 'workerReplicas')) as number | undefined;
}

type CanaryCheck = Report['checks'][number];

/** What a report says of its canary. */
export function judgeCanary(
  report: Report,
): Pick<CanaryResult, 'found' | 'away'> & { readonly fault: CanaryCheck | undefined } {
  const check = canaryOf(report);
  const away = ['tei', 'qdrant'].filter((name) => isAway(report, name));
  if (check?.ok) return { found: 'both ways', away, fault: undefined };
  const failed = (check?.hops ?? []).filter(({ ok }) => !ok);
  const onlyVectorsWait =
    failed.length > 0 && failed.every(({ code }) => code === 'CANARY_VECTORS_PENDING');
  if (onlyVectorsWait && away.length > 0)
    return { found: 'by keyword; its vectors wait', away, fault: undefined };
  return { found: null, away, fault: check };
}

function canaryOf({ checks }: Report): CanaryCheck | undefined {
  return checks.find(({ name }) => name === 'canary');
}

function isAway({ checks }: Report, service: string): boolean {
  return checks.some(({ name, ok }) => name === service && !ok);
}

function describeOutcome(
  report: Report,
  result: CanaryResult,
  fault: CanaryCheck | undefined,
): CanaryOutcome {
  const code = fault?.code ?? null;
  const problem = fault === undefined ? null : `${code}: ${fault.problem}`;
  return { report, result, problem, code };
}

async function readPassedAt(pool: Pool): Promise<string | null> {
  const last = await readScheduledTask(pool, canaryTask);
  return (last?.result as Partial<CanaryResult> | null | undefined)?.passedAt ?? null;
}
