import { passesDeployment } from '../../healthchecks/passes-deployment.ts';
import { formatReport } from '../../healthchecks/report-table.ts';
import type { Report } from '../../healthchecks/verify.ts';
import type { Settings } from '../../settings.ts';
import type { InteractiveOptions } from '../../toolchain/process.ts';
import { readFromWorker } from '../in-worker.ts';
import type { StackOutputs, StateResource } from '../state.ts';

/** What a verification says of a deployment. */
export interface Verdict {
  /** Whether the deployment is good. */
  readonly ok: boolean;
  /** Whether every check has passed; without it a paused queue is the reason. */
  readonly isVerified: boolean;
  readonly summary: string;
}

/**
 * The report that the update itself made: the program verifies after everything else is up, so that
 * nothing has changed since. Without changes it keeps an older report, which proves nothing about
 * today.
 *
 * @param before the state before the update; times are compared with it, and not with a clock,
 *   because the engine may be on another host
 * @returns `undefined` when the update did not verify, and it has still to be done
 */
export function findNewReport(
  before: readonly StateResource[],
  { verification: report, verifiedAt }: StackOutputs,
): Verdict | undefined {
  const earlier = before.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs?.verifiedAt;
  if (report === undefined || verifiedAt === undefined || verifiedAt === earlier) return undefined;
  return judge(report);
}

function judge(report: Report): Verdict {
  return {
    ok: passesDeployment(report),
    isVerified: report.ok,
    summary: summarize(report),
  };
}

function summarize({ checks, verifiedAt }: Report): string {
  const passed = checks.filter(({ ok }) => ok).length;
  return `${passed} of ${checks.length} checks passed at ${verifiedAt}; pulumi shows them above`;
}

/** Verifies from inside a worker, and prints the table. */
export async function verifyInWorker(
  { stack, workers }: Settings,
  stdout: NonNullable<InteractiveOptions['stdout']>,
): Promise<Verdict> {
  const args = ['verify', '--report', '--replicas', String(workers.replicas)];
  const report = JSON.parse(await readFromWorker(stack, args)) as Report;
  process[stdout].write(formatReport(report));
  return judge(report);
}
