import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { Gate } from '../../../../worker/api/gate.ts';

const chunked = { headers: { 'transfer-encoding': 'chunked' } };

/** Sends requests whose length is not known, and counts those that are let in. */
function countEntered(way: 'enter' | 'enterWithOneBody'): number {
  const gate = new Gate({ waitingCount: 0 }, () => true);
  const reply = { raw: new EventEmitter().setMaxListeners(0) };
  const answers: (Error | undefined)[] = [];
  const done = (error?: Error): unknown => answers.push(error);
  for (let sent = 0; sent < 20; sent += 1) Reflect.apply(gate[way], gate, [chunked, reply, done]);
  return answers.filter((error) => error === undefined).length;
}

test.each([
  ['enter', 5],
  ['enterWithOneBody', 10],
] as const)('%s lets in as many bodies as 128 MiB hold: %i', (way, expected) => {
  expect(countEntered(way)).toBe(expected);
});
