/**
 * Runs a verification from the Docker host, inside the first replica of the API that answers. It
 * uses `docker exec`, so it works on a remote engine too. `PULSE_API_REPLICAS` names the replicas,
 * `PULSE_WORKERS` the workers that have to take jobs, and `PULSE_CONTAINERS` what may still be
 * starting, separated by blanks. The report goes to stdout as JSON, its table to stderr.
 *
 * Usage:
 *
 * - `node healthchecks/from-host.ts` asks for a report.
 * - `node healthchecks/from-host.ts --enforce strict` judges the report on stdin; it ends with 1 if
 *   the report is bad. A paused queue is no reason.
 * - `node healthchecks/from-host.ts --enforce warn` prints the report on stdin when it is bad.
 */
import { execFile } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { passesDeployment } from './passes-deployment.ts';
import { fail } from './probe.ts';
import { formatReport } from './report-table.ts';
import type { Report } from './verify.ts';

/** Longer than the canary's own limit of 300 s: cutting it off would leave its document stored. */
const execLimitMs = 360_000;
const verifyCommand = ['node', 'worker/cli.ts', 'verify', '--report'];
/** The slowest start, that of an embedding service with a model to load, may take 600 s. */
const startLimitMs = 630_000;

/**
 * Waits while containers start. An update waits for those that it creates, and not for a stopped
 * one that it only starts. One that is down, unhealthy or missing is left to the questions.
 */
async function waitForStarts(containers: readonly string[]): Promise<void> {
  const deadlineMs = Date.now() + startLimitMs;
  while (Date.now() < deadlineMs && (await isAnyStarting(containers))) await sleep(500);
}

function isAnyStarting(containers: readonly string[]): Promise<boolean> {
  const format = '{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}';
  return new Promise((resolve) => {
    // It ends with 1 where one of them is missing, and answers for the others all the same.
    execFile('docker', ['inspect', '--format', format, ...containers], (_error, stdout) =>
      resolve(stdout.split('\n').includes('running starting')),
    );
  });
}

/** Asks one replica after the other; a report that says so where none answers. */
async function askReplicas(
  replicas: readonly string[],
  workers: readonly string[],
): Promise<Report> {
  const refusals: string[] = [];
  for (const replica of replicas) {
    const answer = await askReplica(replica, workers.length);
    if (typeof answer !== 'string') return answer;
    refusals.push(`${replica}: ${answer}`);
  }
  return unansweredReport(workers, refusals.join('; ') || 'PULSE_API_REPLICAS names no replica');
}

/** The report, or one line that says why there is none. */
function askReplica(replica: string, workers: number): Promise<Report | string> {
  return new Promise((resolve) => {
    execFile(
      'docker',
      ['exec', replica, ...verifyCommand, '--replicas', String(workers)],
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

function readNames(variable: string): string[] {
  return (process.env[variable] ?? '').split(' ').filter((name) => name !== '');
}

async function main(): Promise<void> {
  const [flag, mode] = process.argv.slice(2);
  const ask = async () => {
    await waitForStarts(readNames('PULSE_CONTAINERS'));
    return askReplicas(readNames('PULSE_API_REPLICAS'), readNames('PULSE_WORKERS'));
  };
  const enforcing = flag === '--enforce';
  const kept = enforcing ? parseReport(await text(process.stdin)) : undefined;
  // A report that would fail the update is asked for again: it may be an earlier update's, and the
  // fault may be repaired since.
  const keeps = kept !== undefined && (passesDeployment(kept) || mode === 'warn');
  const report = keeps ? kept : await ask();
  process.stdout.write(JSON.stringify(report));
  if (!report.ok || !enforcing) process.stderr.write(formatReport(report));
  if (!passesDeployment(report) && enforcing && mode !== 'warn') process.exitCode = 1;
}

if (import.meta.main) await main();
