import { expect, test } from 'vitest';

import { Alone } from '../../../../worker/queue/process-lock.ts';

/** Work that says when it begins and ends when told. */
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

test('a suspect waits for what works, and what comes in meanwhile waits for the suspect', async () => {
  const gate = new Alone();
  const log: string[] = [];
  const [first, suspect, other, later] = ['first', 'suspect', 'other suspect', 'later'].map(
    (name) => work(name, log),
  ) as [
    ReturnType<typeof work>,
    ReturnType<typeof work>,
    ReturnType<typeof work>,
    ReturnType<typeof work>,
  ];
  const all = [gate.beside(first.run)];
  await turns();
  all.push(gate.alone(suspect.run), gate.alone(other.run), gate.beside(later.run));
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

test('what fails opens the way like what succeeds', async () => {
  const gate = new Alone();
  await expect(gate.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(gate.beside(() => Promise.reject(new Error('neither')))).rejects.toThrow('neither');
  expect(await gate.alone(async () => 'done')).toBe('done');
});
