/**
 * Asks for a verification from outside: inside the first worker that answers, by `docker exec`, so
 * that it works on a remote engine too. `PULSE_WORKERS` names the workers. The report goes to
 * stdout as JSON, its table to stderr.
 *
 * node healthchecks/from-host.ts always ends with 0: asking is not judging node
 * healthchecks/from-host.ts --enforce strict|warn judges the report on stdin; `strict` ends with 1
 * when it is bad
 */
import { execFile } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { fail } from './probe.ts';
import { formatReport } from './report-table.ts';
import type { Report } from './verify.ts';

/** Longer than the canary's own backstop: whoever cuts it off leaves the canary behind. */
const execLimitMs = 360_000;

export async function askWorkers(workers: readonly string[]): Promise<Report> {
  const refusals: string[] = [];
  for (const worker of workers) {
    const answer = await askWorker(worker, workers.length);
    if (typeof answer !== 'string') return answer;
    refusals.push(`${worker}: ${answer}`);
  }
  return nobodyAnswered(workers, refusals.join('; ') || 'PULSE_WORKERS names no worker');
}

/** The report, or in a line why there is none. */
function askWorker(worker: string, replicas: number): Promise<Report | string> {
  return new Promise((resolve) => {
    execFile(
      'docker',
      [
        'exec',
        worker,
        'node',
        'worker/cli.ts',
        'verify',
        '--report',
        '--replicas',
        String(replicas),
      ],
      { timeout: execLimitMs },
      (error, stdout, stderr) => {
        const words = stderr.trim() || error?.message || 'it answered no report';
        resolve(reportIn(stdout) ?? words.split('\n').slice(-3).join(' '));
      },
    );
  });
}

function reportIn(output: string): Report | undefined {
  try {
    const report = JSON.parse(output) as Report;
    return typeof report.ok === 'boolean' && Array.isArray(report.checks) ? report : undefined;
  } catch {
    return undefined; // no report is an answer here; its caller says what came instead
  }
}

function nobodyAnswered(workers: readonly string[], problem: string): Report {
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
  const kept = enforcing ? reportIn(await text(process.stdin)) : undefined;
  // Before a bad report fails an update it is asked anew: it may be an earlier update's, and the fault repaired since.
  const report = kept !== undefined && (kept.ok || mode === 'warn') ? kept : await ask();
  process.stdout.write(JSON.stringify(report));
  if (!report.ok || !enforcing) process.stderr.write(formatReport(report));
  if (!report.ok && enforcing && mode !== 'warn') process.exitCode = 1;
}

if (import.meta.main) await main();
