import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runInteractive } from '../process.ts';
import { runStep } from '../progress/steps.ts';
import type { Step } from '../progress/steps.ts';
import { installMissingTools, installMonitoringImages } from '../tools.ts';
import { resultsVariable } from './reporter.ts';
import type { TestResults } from './reporter.ts';
import { readWaits, waitsVariable } from './times.ts';
import type { Wait } from './times.ts';

export interface TestRun extends TestResults {
  readonly code: number;
  /** What the tests waited for; empty where that was not asked for. */
  readonly waits: readonly Wait[];
}

export interface RunOptions {
  /** The groups of vitest.config.ts that are run. */
  readonly groups: readonly string[];
  /** Of these groups, what begins with one of these paths; absent, all. */
  readonly files?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Once the tools are there. */
  readonly prepare?: Step;
  readonly recordWaits: boolean;
  /** Where the test runner's own words go. */
  readonly stdout: 'stdout' | 'stderr';
}

/** Groups with stacks that watch themselves. */
const watched = ['faults', 'deploy'];

const installMonitors: Step = {
  name: 'monitoring',
  title: 'Installing what watches a stack',
  work: ({ report }) => installMonitoringImages(report),
};

/** Runs groups of tests with the tools that they need. */
export async function runTests({
  groups,
  files: wanted = [],
  env = {},
  prepare,
  recordWaits,
  stdout,
}: RunOptions): Promise<TestRun> {
  await installMissingTools(true);
  if (prepare !== undefined) await runStep(prepare);
  if (groups.some((group) => watched.includes(group))) await runStep(installMonitors);
  const folder = mkdtempSync(join(tmpdir(), 'pulse-tests-'));
  try {
    const [results, waits] = [join(folder, 'results.json'), join(folder, 'waits')];
    mkdirSync(waits);
    const code = await runInteractive(
      'node',
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        ...wanted,
        ...groups.flatMap((group) => ['--project', group]),
        '--reporter=default',
        '--reporter=./cli/tests/reporter.ts',
      ],
      {
        stdout,
        env: { ...env, [resultsVariable]: results, ...(recordWaits && { [waitsVariable]: waits }) },
      },
    );
    const { passed, failed, failures, files } = readResults(results);
    // A file that could not even be loaded has no failed test of its own.
    const least = code === 0 ? 0 : 1;
    return {
      code,
      passed,
      failed: Math.max(failed, least),
      failures,
      files,
      waits: readWaits(waits),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the reporter wrote at the end; no tests when the test runner was ended before. */
function readResults(file: string): TestResults {
  if (!existsSync(file)) return { passed: 0, failed: 0, failures: [], files: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as TestResults;
}
