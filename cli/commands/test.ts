import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { test as definition } from '../../shared/commands/test.ts';
import { end, hostCommand, print } from '../command.ts';
import { runProgram } from '../process.ts';
import { bringMissingTools } from '../tools.ts';

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

export const test = hostCommand(definition, async ({ group }) => {
  await bringMissingTools(true);
  const file = join(tmpdir(), `pulse-tests-${process.pid}.json`);
  const groups = group === undefined ? [] : ['--project', group];
  const code = await runProgram('node', [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...groups,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const { numPassedTests: passed, numFailedTests: failed } = readResults(file);
  // A file that could not even be loaded has no failed test of its own.
  print(`${passed} passed, ${code === 0 ? 0 : Math.max(failed, 1)} failed`);
  end(code);
});

/** What the runner wrote at its end; no tests when it was ended before. */
function readResults(file: string): Results {
  if (!existsSync(file)) return { numPassedTests: 0, numFailedTests: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  rmSync(file);
  return results;
}
