import { expect, onTestFinished, test, vi } from 'vitest';

import { CollectionInstruction } from '../../../../worker/vectors/instruction.ts';
import type { Qdrant } from '../../../../worker/vectors/qdrant.ts';

/** The text of a collection that records one, and how often Qdrant was asked for it. */
function recording(recorded: string | undefined, wanted: string, isNamed = false) {
  let asked = 0;
  const qdrant = {
    ask: async () => {
      asked += 1;
      return { config: { metadata: { documentInstruction: recorded } } };
    },
  };
  const identity = { alias: 'pages', model: 'm', dimension: 4, documentInstruction: wanted };
  const instruction = new CollectionInstruction(qdrant as unknown as Qdrant, identity, isNamed);
  return { instruction, asked: () => asked };
}

test('the text before documents is asked for once for what follows, and before each write', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { instruction, asked } = recording('passage: ', 'passage: ');
  expect(instruction.known()).toBeUndefined();
  expect(await instruction.read()).toBe('passage: ');
  expect(instruction.known()).toBe('passage: ');
  expect(asked()).toBe(1);
  await instruction.refuseOther('passage: ');
  expect(asked()).toBe(2);
  vi.advanceTimersByTime(60_000);
  expect(instruction.known()).toBeUndefined();
});

test('a collection without a text is asked once, where none is wanted', async () => {
  const { instruction, asked } = recording(undefined, '');
  expect(instruction.known()).toBeUndefined();
  expect([await instruction.read(), await instruction.read()]).toEqual(['', '']);
  expect(instruction.known()).toBe('');
  expect(asked()).toBe(1);
});

test('a text that is in the name of the collection is never asked for', async () => {
  const { instruction, asked } = recording('text: ', 'text: ', true);
  expect(instruction.known()).toBe('text: ');
  expect([await instruction.read(), await instruction.read('pages-v2')]).toEqual([
    'text: ',
    'text: ',
  ]);
  expect(asked()).toBe(0);
});
