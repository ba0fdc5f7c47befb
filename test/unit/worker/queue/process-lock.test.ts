import { expect, test } from 'vitest';

import { ProcessLock } from '../../../../worker/queue/process-lock.ts';

/** Work that logs its beginning and its end, and ends when `end` is called. */
function work(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    run: async () => {
      log.push(`${name} begins`);
      await promise;
      log.push(`${name} ends`);
    },
    end: resolve,
  };
}
const turns = async () => {
  for (let times = 0; times < 10; times += 1) await Promise.resolve();
};

test('a suspect job waits for running jobs, and jobs that arrive later wait for it', async () => {
  const gate = new ProcessLock();
  const log: string[] = [];
  const first = work('first', log);
  const suspect = work('suspect', log);
  const other = work('other suspect', log);
  const later = work('later', log);
  const all = [gate.shared(first.run)];
  await turns();
  all.push(gate.exclusive(suspect.run), gate.exclusive(other.run), gate.shared(later.run));
  await turns();
  expect(log).toEqual(['first begins']);
  first.end();
  await turns();
  expect(log).toEqual(['first begins', 'first ends', 'suspect begins']);
  for (const { end } of [suspect, other, later]) end();
  await Promise.all(all);
  expect(log.slice(3)).toEqual([
    'suspect ends',
    'other suspect begins',
    'other suspect ends',
    'later begins',
    'later ends',
  ]);
});

test('a failed job releases the lock like a successful one', async () => {
  const gate = new ProcessLock();
  await expect(gate.exclusive(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(gate.shared(() => Promise.reject(new Error('neither')))).rejects.toThrow('neither');
  expect(await gate.exclusive(async () => 'done')).toBe('done');
});
