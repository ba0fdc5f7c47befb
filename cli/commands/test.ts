import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runChecks } from '../../checks/run.ts';
import { test as definition } from '../../shared/commands/test.ts';
import { end, hostCommand, print } from '../command.ts';
import { runInteractive } from '../process.ts';
import { installMissingTools } from '../tools.ts';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly code: number;
}

const nothingRun: Outcome = { passed: 0, failed: 0, code: 0 };

export const test = hostCommand(definition, async ({ group }) => {
  const checked = group === undefined || group === 'check' ? await check() : nothingRun;
  // After a failed check nothing else runs: the tests take many minutes.
  const tested = group === 'check' || checked.code !== 0 ? nothingRun : await runTests(group);
  print(`${checked.passed + tested.passed} passed, ${checked.failed + tested.failed} failed`);
  end(checked.code || tested.code);
});

async function check(): Promise<Outcome> {
  const { passed, failed } = await runChecks({ print, mayInstall: true });
  return { passed, failed, code: failed === 0 ? 0 : 1 };
}

/** Runs one group of tests, or all, with the tools that they need. */
async function runTests(group: string | undefined): Promise<Outcome> {
  await installMissingTools(true);
  const file = join(tmpdir(), `pulse-tests-${process.pid}.json`);
  const code = await runInteractive('node', [
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

/** What the test runner wrote at its end; no tests when it was ended before. */
function readCounts(file: string): Omit<Outcome, 'code'> {
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  rmSync(file);
  return { passed: results.numPassedTests, failed: results.numFailedTests };
}
