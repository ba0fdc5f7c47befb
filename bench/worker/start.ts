import { setTimeout as pause } from 'node:timers/promises';

import { median } from '../median.ts';
import { residentMiB } from './resident.ts';
import { openBenchStack } from './stack.ts';

/** After the start's garbage is collected. */
const settleMs = 15_000;
const starts = 3;

/**
 * From `node worker/worker.ts` to taking jobs (the median of a few), and what it holds when it has
 * nothing to do.
 */
export async function start(
  tokenizer: 'default' | 'large',
  report: (line: string) => void,
): Promise<{ readyMs: number; residentMiB: number }> {
  await using stack = await openBenchStack({ tokenizer });
  const times: number[] = [];
  for (let round = 0; round <= starts; round += 1) {
    const began = performance.now();
    const worker = await stack.worker();
    times.push(performance.now() - began);
    report(`${tokenizer} tokenizer, start ${round}: ${Math.round(times.at(-1) as number)} ms`);
    if (round < starts) {
      worker.kill('SIGTERM');
      await worker.exited;
      continue;
    }
    await pause(settleMs);
    // The first start fills the compile cache, as the image's build does.
    return { readyMs: median(times.slice(1)), residentMiB: await residentMiB(worker.pid) };
  }
  throw new RangeError('no start was measured');
}
