import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Argument } from 'commander';

import { command, end, print } from '../command.ts';
import { runInteractive } from '../process.ts';
import { installMissingTools } from '../tools.ts';

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

export const test = command('test', 'all tests, or one group; never touches a running stack', [
  './pulse test',
  './pulse test unit',
])
  .addArgument(new Argument('[group]').choices(['unit', 'integration', 'deploy', 'faults']))
  .action(async (group: string | undefined) => {
    await installMissingTools(true);
    const file = join(tmpdir(), `pulse-tests-${process.pid}.json`);
    const groups = group === undefined ? [] : ['--project', group];
    const code = await runInteractive('node', [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...groups,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    const { numPassedTests: passed, numFailedTests: failed } = resultsIn(file);
    // A file that could not even be loaded has no failed test of its own.
    print(`${passed} passed, ${code === 0 ? 0 : Math.max(failed, 1)} failed`);
    end(code);
  });

/** What the runner wrote at its end; nothing when it was ended before. */
function resultsIn(file: string): Results {
  if (!existsSync(file)) return { numPassedTests: 0, numFailedTests: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  rmSync(file);
  return results;
}
