import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Argument } from 'commander';

import { runChecks } from '../../checks/run.ts';
import { command, end, print } from '../command.ts';
import { runProgram } from '../process.ts';
import { installMissingTools } from '../tools.ts';

const groups = ['check', 'unit', 'integration', 'deploy', 'faults'] as const;
type Group = (typeof groups)[number];

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly code: number;
}

const nothingRun: Outcome = { passed: 0, failed: 0, code: 0 };

export const test = command(
  'test',
  'all checks and tests, or one group; never touches a running stack',
  ['./pulse test', './pulse test check', './pulse test unit'],
)
  .addArgument(new Argument('[group]').choices(groups))
  .action(async (group: Group | undefined) => {
    const checked = group === undefined || group === 'check' ? await check() : nothingRun;
    // A change that fails a check is mended first: the tests take many minutes.
    const tested = group === 'check' || checked.code !== 0 ? nothingRun : await runTests(group);
    print(`${checked.passed + tested.passed} passed, ${checked.failed + tested.failed} failed`);
    end(checked.code || tested.code);
  });

async function check(): Promise<Outcome> {
  const { passed, failed } = await runChecks({ print, mayInstall: true });
  return { passed, failed, code: failed === 0 ? 0 : 1 };
}

/** Runs one group of tests, or all, with the tools that they need. */
async function runTests(group: Exclude<Group, 'check'> | undefined): Promise<Outcome> {
  await installMissingTools(true);
  const file = join(tmpdir(), `pulse-tests-${process.pid}.json`);
  const code = await runProgram('node', [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...(group === undefined ? [] : ['--project', group]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const { passed, failed } = readCounts(file);
  // A file that could not even be loaded has no failed test of its own.
  return { passed, failed: code === 0 ? 0 : Math.max(failed, 1), code };
}

/** What the test runner wrote at its end; nothing when it was ended before. */
function readCounts(file: string): Omit<Outcome, 'code'> {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  rmSync(file);
  return { passed: results.numPassedTests, failed: results.numFailedTests };
}
