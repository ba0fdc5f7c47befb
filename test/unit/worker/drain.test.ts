import { expect, test } from 'vitest';

import { stopAll } from '../../../worker/drain.ts';
import { createLogger } from '../../../worker/logs.ts';

test('a shutdown stops everything in order, even after a step that throws or hangs, and logs both', async () => {
  const stopped: string[] = [];
  const lines: string[] = [];
  const well = await stopAll(
    [
      { name: 'one', deadlineMs: 1_000, stop: () => void stopped.push('one') },
      {
        name: 'thrower',
        deadlineMs: 1_000,
        stop: () => {
          throw new Error('no');
        },
      },
      { name: 'hanger', deadlineMs: 5, stop: () => new Promise(() => undefined) },
      { name: 'last', deadlineMs: 1_000, stop: async () => void stopped.push('last') },
    ],
    createLogger('INFO', 'w-1', [], (line) => void lines.push(line)),
  );
  expect(stopped).toEqual(['one', 'last']);
  expect(well).toBe(false);
  expect(lines.map((line) => JSON.parse(line).step)).toEqual(['thrower', 'hanger']);
});
