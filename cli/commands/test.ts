import { availableParallelism } from 'node:os';

import { runChecks } from '../../checks/run.ts';
import { test as definition } from '../../shared/commands/test.ts';
import { end, hostCommand, print, say } from '../command.ts';
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
const nothingRun: TestRun = { code: 0, passed: 0, failed: 0, files: [], waits: [] };

export const test = hostCommand(definition, async ({ group, times = false, json = false }) => {
  const startedMs = performance.now();
  const checked = group === undefined || group === 'check' ? await check(json) : nothingChecked;
  // After a failed check nothing else runs: the tests take many minutes.
  const tested =
    group === 'check' || checked.failed > 0
      ? nothingRun
      : await runTests({
          groups: group === undefined ? groups : [group],
          recordWaits: times,
          stdout: json ? 'stderr' : 'stdout',
        });
  const wholeMs = performance.now() - startedMs;
  const answer = {
    passed: checked.passed + tested.passed,
    failed: checked.failed + tested.failed,
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
});

interface Answer {
  readonly passed: number;
  readonly failed: number;
  readonly cores: number;
  readonly groups: readonly GroupTime[];
  readonly files?: ReturnType<typeof listFiles>;
  readonly waits?: ReturnType<typeof sumWaits>;
}

function formatAnswer({ passed, failed, cores, groups: own, files, waits }: Answer): string {
  const tables = files && waits ? [formatTimes(files, waits), ''] : [];
  return [...tables, formatGroups(own, cores), `${passed} passed, ${failed} failed`].join('\n');
}

async function check(json: boolean): Promise<Checked> {
  const startedMs = performance.now();
  const counts = await runChecks({ print: json ? say : print, mayInstall: true });
  const seconds = toSeconds(performance.now() - startedMs);
  return { ...counts, times: [{ group: 'check', seconds }] };
}
