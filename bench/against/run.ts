/** One run of a tree's own benchmark, seen from outside: all that is known of it is `--json`. */
import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { removeAtExit } from '../../test/harness/reaper.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { ofEndedChildren, ofMachine } from '../processor-time.ts';
import { formatSeconds } from '../row.ts';
import type { Report, Row } from '../row.ts';

/** What a benchmark may take to remove its containers after a Ctrl-C. */
const endLimitMs = 120_000;
const pollMs = 200;
/** Lines of the benchmark that stand in the error. */
const keptLines = 20;

export interface Run {
  readonly what: string;
  /** Root of the tree whose benchmark runs. */
  readonly folder: string;
  /** Its temporary files. */
  readonly scratch: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Runs a benchmark in a process group of its own, so that all its programs get a Ctrl-C once.
 *
 * @returns its rows, then the time of the whole run
 * @throws the reason of `signal` when it was aborted; the benchmark has ended
 */
export async function runBenchmark(run: Run): Promise<Row[]> {
  const [began, machineBefore, ownBefore] = await readClocks();
  const answer = await readAnswer(run);
  const [ended, machineAfter, ownAfter] = await readClocks();
  const whole = (measured: string, ms: number): Row => ({
    measured: `the whole run: ${measured}`,
    is: formatSeconds(ms),
    wanted: '',
  });
  return [
    ...answer,
    whole('wall time', ended - began),
    whole('processor time of its programs', ownAfter - ownBefore),
    whole('processor time of the machine', machineAfter - machineBefore),
  ];
}

async function readClocks(): Promise<[number, number, number]> {
  return [performance.now(), await ofMachine(), await ofEndedChildren()];
}

async function readAnswer({ what, folder, scratch, report, signal }: Run): Promise<Row[]> {
  signal.throwIfAborted();
  const lastLines: string[] = [];
  const subprocess = execa(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bench/main.ts', what, '--json'],
    {
      cwd: folder,
      env: { TMPDIR: scratch },
      detached: true,
      reject: false,
      stdin: 'ignore',
      stderr: function* (line: unknown): Generator<string> {
        lastLines.splice(0, lastLines.length - keptLines + 1);
        lastLines.push(String(line));
        report(String(line));
        yield* [];
      },
    },
  );
  const group = -(subprocess.pid ?? 0);
  // Also when this process is killed: no benchmark runs on unseen.
  const reaper = removeAtExit('kill', '-INT', '--', String(group));
  const onAbort = (): void => void sendSignal(group, 'SIGINT');
  signal.addEventListener('abort', onAbort);
  try {
    const { exitCode, stdout } = await subprocess;
    signal.throwIfAborted();
    if (exitCode === 0) return parseAnswer(stdout);
    throw new CommandError(
      [`the benchmark of ${folder} ended with ${exitCode}`, ...lastLines].join('\n'),
      `run it alone: cd ${folder} && npm run bench ${what}`,
    );
  } finally {
    signal.removeEventListener('abort', onAbort);
    reaper.dismiss();
    await endGroup(group);
  }
}

/** @param stdout of a benchmark with `--json`, of this or an earlier revision */
export function parseAnswer(stdout: string): Row[] {
  const line = stdout.split('\n').findLast((one) => one.startsWith('{')) ?? '{}';
  const { rows } = JSON.parse(line) as { rows?: Row[] };
  if (rows === undefined) throw new TypeError(`a benchmark without rows: ${stdout}`);
  return rows;
}

/** Waits for programs that the benchmark left behind, such as a pulumi that cancels its update. */
async function endGroup(group: number): Promise<void> {
  const deadline = performance.now() + endLimitMs;
  if (sendSignal(group, 'SIGINT')) {
    while (performance.now() < deadline && sendSignal(group, 0)) await sleep(pollMs);
  }
  sendSignal(group, 'SIGKILL');
}

/** @returns whether a process of the group was there */
function sendSignal(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, signal);
  } catch {
    return false; // ESRCH: all have ended
  }
}
