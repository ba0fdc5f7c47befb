import type { Report } from '../../healthchecks/verify.ts';
import type { Settings } from '../../settings.ts';
import type { InteractiveOptions } from '../../toolchain/process.ts';
import { runInWorker } from '../in-worker.ts';
import type { StackOutputs, StateResource } from '../state.ts';

/** What the verification inside the update found. */
export interface NewReport {
  readonly ok: boolean;
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
): NewReport | undefined {
  const earlier = before.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs?.verifiedAt;
  if (report === undefined || verifiedAt === undefined || verifiedAt === earlier) return undefined;
  return { ok: report.ok, summary: summarize(report) };
}

function summarize({ checks, verifiedAt }: Report): string {
  const passed = checks.filter(({ ok }) => ok).length;
  return `${passed} of ${checks.length} checks passed at ${verifiedAt}; pulumi shows them above`;
}

/**
 * Verifies from inside a worker.
 *
 * @returns whether every check passed
 */
export async function verifyInWorker(
  { stack, workers }: Settings,
  stdout: NonNullable<InteractiveOptions['stdout']>,
): Promise<boolean> {
  const args = ['verify', '--replicas', String(workers.replicas)];
  return (await runInWorker(stack, args, { stdout })) === 0;
}
