import { EventEmitter } from 'node:events';

import { expect, test } from 'vitest';

import { Gate } from '../../../../worker/api/gate.ts';

type Way = 'enter' | 'enterWithOneBody' | 'enterUnchecked';

/** Senders of requests whose length is not known. */
class Senders {
  readonly gate = new Gate({ waitingCount: 0 }, () => true);
  /** Those that were let in. */
  readonly entered: { readonly request: object; readonly connection: EventEmitter }[] = [];

  /** @returns how many of them are let in */
  send(way: Way, count = 20): number {
    const before = this.entered.length;
    for (let sent = 0; sent < count; sent += 1) {
      const request = { headers: { 'transfer-encoding': 'chunked' } };
      const connection = new EventEmitter();
      const done = (error?: Error): void => {
        if (error === undefined) this.entered.push({ request, connection });
      };
      Reflect.apply(this.gate[way], this.gate, [request, { raw: connection }, done]);
    }
    return this.entered.length - before;
  }

  confirmAll(): void {
    for (const { request } of this.entered) Reflect.apply(this.gate.confirm, this.gate, [request]);
  }

  hangUp(): void {
    for (const { connection } of this.entered.splice(0)) connection.emit('close');
  }
}

test.each<readonly [Way, number]>([
  ['enter', 5],
  ['enterWithOneBody', 10],
  ['enterUnchecked', 5],
])('%s lets in as many bodies as it may hold: %i', (way, expected) => {
  const senders = new Senders();
  expect(senders.send(way)).toBe(expected);
  senders.hangUp();
  expect(senders.send(way)).toBe(expected);
});

test('bodies whose signature is not checked leave room for those of senders that have a key', () => {
  const senders = new Senders();
  senders.send('enterUnchecked');
  expect(senders.send('enterWithOneBody')).toBe(5);
});

test('a signature that was checked lets in the next, as far as all bodies fit', () => {
  const senders = new Senders();
  expect(senders.send('enterUnchecked', 5)).toBe(5);
  senders.confirmAll();
  expect(senders.send('enterUnchecked')).toBe(5);
  senders.hangUp();
  expect(senders.send('enterWithOneBody')).toBe(10);
});
