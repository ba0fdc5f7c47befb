import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { waitsVariable } from '../../cli/tests/times.ts';
import type { Wait } from '../../cli/tests/times.ts';

const outerWait = new AsyncLocalStorage<string>();

/**
 * Records how long something is waited for, where `./pulse test --times` asks for it. A wait within
 * another one is part of that, and not recorded a second time.
 *
 * @param what the same words every time, so that equal waits add up
 */
export async function timed<T>(what: string, wait: () => Promise<T>): Promise<T> {
  const folder = process.env[waitsVariable];
  if (folder === undefined || outerWait.getStore() !== undefined) return wait();
  const startedMs = performance.now();
  try {
    return await outerWait.run(what, wait);
  } finally {
    const line: Wait = { what, ms: performance.now() - startedMs };
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
  }
}
