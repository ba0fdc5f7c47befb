import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { prefixOf } from '../../settings/names.ts';
import { captureResult } from '../../toolchain/process.ts';
import type { Report } from '../row.ts';

/**
 * Removes the stacks of benchmarks that were interrupted: a revision that does not do it itself
 * leaves its copy of the project in its folder for temporary files.
 */
export async function removeStacks(scratch: string, report: Report): Promise<void> {
  for (const name of await readdir(scratch)) {
    const project = join(scratch, name);
    if (!existsSync(join(project, 'Pulumi.yaml'))) continue;
    const own = (await readdir(project)).map((file) => /^Pulumi\.(t[0-9a-f]{6})\.yaml$/.exec(file));
    for (const stack of own.flatMap((found) => found?.[1] ?? [])) {
      report(`removing stack ${stack}`);
      const down = ['cli/main.ts', 'down', '--data', '--yes', '--stack', stack];
      const { problem } = await captureResult(process.execPath, down, { cwd: project });
      if (problem !== undefined) report(`stack ${stack} was not removed: ${problem}`);
      // The GPU host of the benchmark, which is no part of the stack.
      const gpuHost = `${prefixOf(stack)}-elsewhere`;
      await captureResult('docker', ['rm', '--force', '--volumes', gpuHost]);
    }
  }
}
