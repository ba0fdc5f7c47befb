import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { ofEndedChildren, parseMachineMs } from '../../../bench/processor-time.ts';

test("the machine's processor time leaves out idle, waiting and stolen time", () => {
  const stat = 'cpu  100 20 30 4000 500 6 7 800 90 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n';
  expect(parseMachineMs(stat)).toBe((100 + 20 + 30 + 6 + 7) * 10);
});

test('a program that has ended is counted with those that it waited for', async () => {
  const before = await ofEndedChildren();
  const busy = 'const end = Date.now() + 200; while (Date.now() < end);';
  await promisify(execFile)('sh', ['-c', `"$0" -e '${busy}'; true`, process.execPath]);
  expect(await ofEndedChildren()).toBeGreaterThan(before);
});
