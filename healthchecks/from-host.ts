/**
 * Runs a verification from the Docker host, inside the first worker that answers. It uses `docker
 * exec`, so it works on a remote engine too. `PULSE_WORKERS` names the workers, separated by
 * blanks. The report goes to stdout as JSON, its table to stderr.
 *
 * Usage:
 *
 * - `node healthchecks/from-host.ts` asks for a report.
 * - `node healthchecks/from-host.ts --enforce strict` judges the report on stdin; it ends with 1 if
 *   the report is bad.
 * - `node healthchecks/from-host.ts --enforce warn` prints the report on stdin when it is bad.
 */
import { execFile } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { fail } from './probe.ts';
import { formatReport } from './report-table.ts';
import type { Report } from './verify.ts';

/** Longer than the canary's own limit of 300 s: cutting it off would leave its document stored. */
const execLimitMs = 360_000;
const verifyCommand = ['node', 'worker/cli.ts', 'verify', '--report'];

/** Asks one worker after the other; a report that says so where none answers. */
export async function askWorkers(workers: readonly string[]): Promise<Report> {
  const refusals: string[] = [];
  for (const worker of workers) {
    const answer = await askWorker(worker, workers.length);
    if (typeof answer !== 'string') return answer;
    refusals.push(`${worker}: ${answer}`);
  }
  return unansweredReport(workers, refusals.join('; ') || 'PULSE_WORKERS names no worker');
}

/** The report, or one line that says why there is none. */
function askWorker(worker: string, replicas: number): Promise<Report | string> {
  return new Promise((resolve) => {
    execFile(
      'docker',
      ['exec', worker, ...verifyCommand, '--replicas', String(replicas)],
      { timeout: execLimitMs },
      (error, stdout, stderr) => {
        const reason = stderr.trim() || error?.message || 'it answered no report';
        resolve(parseReport(stdout) ?? reason.split('\n').slice(-3).join(' '));
      },
    );
  });
}

function parseReport(output: string): Report | undefined {
  try {
    const report = JSON.parse(output) as Report;
    return typeof report.ok === 'boolean' && Array.isArray(report.checks) ? report : undefined;
  } catch {
    // The caller says what came in place of a report.
    return undefined;
  }
}

function unansweredReport(workers: readonly string[], problem: string): Report {
  const { code, tried, check } = fail('WORKERS_UNKNOWN', problem);
  const unasked = {
    name: 'workers',
    target: `${workers.length} expected`,
    ok: false,
    latencyMs: 0,
    code,
    problem,
    tried,
    check,
    evidence: null,
  };
  return { ok: false, verifiedAt: new Date().toISOString(), checks: [unasked] };
}

async function main(): Promise<void> {
  const [flag, mode] = process.argv.slice(2);
  const ask = () =>
    askWorkers((process.env['PULSE_WORKERS'] ?? '').split(' ').filter((name) => name !== ''));
  const enforcing = flag === '--enforce';
  const kept = enforcing ? parseReport(await text(process.stdin)) : undefined;
  // A report that would fail the update is asked for again: it may be an earlier update's, and the
  // fault may be repaired since.
  const report = kept !== undefined && (kept.ok || mode === 'warn') ? kept : await ask();
  process.stdout.write(JSON.stringify(report));
  if (!report.ok || !enforcing) process.stderr.write(formatReport(report));
  if (!report.ok && enforcing && mode !== 'warn') process.exitCode = 1;
}

if (import.meta.main) await main();
