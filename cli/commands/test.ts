import { availableParallelism } from 'node:os';

import { runChecks } from '../../checks/run.ts';
import { runOnCurrentEngine } from '../../offline/engine/current.ts';
import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { test as definition } from '../../shared/commands/test.ts';
import { end, hostCommand, print, say } from '../command.ts';
import { root } from '../paths.ts';
import { runOnCurrentMonitors } from '../tests/monitors.ts';
import type { FailedTest } from '../tests/reporter.ts';
import { runTests } from '../tests/run.ts';
import type { TestRun } from '../tests/run.ts';
import {
  formatGroups,
  formatTimes,
  listFiles,
  sumByGroup,
  sumWaits,
  toSeconds,
} from '../tests/times.ts';
import type { GroupTime } from '../tests/times.ts';

interface Checked {
  readonly passed: number;
  readonly failed: number;
  readonly times: readonly GroupTime[];
}

const groups = ['unit', 'integration', 'faults', 'deploy'];
const nothingChecked: Checked = { passed: 0, failed: 0, times: [] };
const nothingRun: TestRun = {
  code: 0,
  passed: 0,
  failed: 0,
  failures: [],
  files: [],
  waits: [],
};

export const test = hostCommand(definition, async (input) => {
  if (input.engine === undefined) return runHere(input);
  const again = formatArguments(definition, { ...input, engine: undefined });
  const command = [process.execPath, ...process.execArgv, 'cli/main.ts', 'test', ...again];
  end(await runOnCurrentEngine(command, say, { cwd: root }));
});

interface Options {
  readonly group: string | undefined;
  readonly times?: boolean | undefined;
  readonly json?: boolean | undefined;
}

async function runHere({ group, times = false, json = false }: Options): Promise<void> {
  const startedMs = performance.now();
  const { checked, tested } = await run(group, {
    print: json ? say : print,
    stdout: json ? 'stderr' : 'stdout',
    recordWaits: times,
  });
  const wholeMs = performance.now() - startedMs;
  const answer = {
    passed: checked.passed + tested.passed,
    failed: checked.failed + tested.failed,
    failures: tested.failures,
    cores: availableParallelism(),
    groups: [
      ...checked.times,
      ...sumByGroup(tested.files),
      { group: 'whole', seconds: toSeconds(wholeMs) },
    ],
    ...(times && { files: listFiles(tested.files), waits: sumWaits(tested.waits, tested.files) }),
  };
  print(json ? JSON.stringify(answer) : formatAnswer(answer));
  end(checked.failed > 0 ? 1 : tested.code);
}

interface Answer {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly FailedTest[];
  readonly cores: number;
  readonly groups: readonly GroupTime[];
  readonly files?: ReturnType<typeof listFiles>;
  readonly waits?: ReturnType<typeof sumWaits>;
}

function formatAnswer({ passed, failed, failures, cores, ...times }: Answer): string {
  const { groups: own, files, waits } = times;
  return [
    ...(files && waits ? [formatTimes(files, waits), ''] : []),
    ...failures.map(({ file, title, lines }) => [`${file} ${title}`, ...lines].join('\n  ')),
    formatGroups(own, cores),
    `${passed} passed, ${failed} failed`,
  ].join('\n');
}

interface RunOptions {
  readonly print: (line: string) => void;
  readonly stdout: 'stdout' | 'stderr';
  readonly recordWaits: boolean;
}

async function run(
  group: string | undefined,
  options: RunOptions,
): Promise<{ readonly checked: Checked; readonly tested: TestRun }> {
  if (group === 'quick') return runQuickly(options);
  if (group === 'monitors')
    return { checked: nothingChecked, tested: await runOnCurrentMonitors(options) };
  const checked =
    group === undefined || group === 'check' ? await check(options.print) : nothingChecked;
  // After a failed check nothing else runs: the tests take many minutes.
  if (group === 'check' || checked.failed > 0) return { checked, tested: nothingRun };
  return { checked, tested: await runTests({ groups: group ? [group] : groups, ...options }) };
}

/** Side by side, because a deploy mostly waits. The lines of the checks come after the tests. */
async function runQuickly(options: RunOptions) {
  const lines: string[] = [];
  const [checked, tested] = await Promise.all([
    check((line) => lines.push(line)),
    runTests({ groups: ['unit', 'quick'], ...options }),
  ]);
  lines.forEach(options.print);
  return { checked, tested };
}

async function check(printLine: (line: string) => void): Promise<Checked> {
  const startedMs = performance.now();
  const counts = await runChecks({ print: printLine, mayInstall: true });
  const seconds = toSeconds(performance.now() - startedMs);
  return { ...counts, times: [{ group: 'check', seconds }] };
}
