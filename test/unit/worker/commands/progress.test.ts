import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { startProgress } from '../../../../worker/commands/progress.ts';
import type { Display } from '../../../../worker/commands/progress.ts';

function start(display: Display) {
  const written: string[] = [];
  const progress = startProgress('deleted', display, (text) => void written.push(text));
  return { progress, written };
}

// Lines and bars are shown by the time, which stands.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('progress', () => {
  test('is a bar on one line where there is a terminal, and ends with a new line', () => {
    const { progress, written } = start('terminal');
    progress.update({ done: 2, total: 4 });
    progress.update({ done: 4, total: 4 });
    progress.end();
    progress.end();
    expect(written).toEqual([
      `\r\x1b[K[${'#'.repeat(15)}${'.'.repeat(15)}] deleted: 2 of 4`,
      `\r\x1b[K[${'#'.repeat(30)}] deleted: 4 of 4`,
      '\n',
    ]);
  });

  test('is a line now and then elsewhere, and one when all is done', () => {
    const { progress, written } = start('lines');
    for (let done = 0; done <= 1_000; done += 1) progress.update({ done, total: 1_000 });
    progress.update({ done: 1_000, total: 1_000 });
    progress.end();
    expect(written).toEqual(['deleted: 1000 of 1000\n']);
  });

  test('is a line of JSON for scripts', () => {
    const { progress, written } = start('json');
    progress.update({ done: 1, total: 2 });
    progress.update({ done: 2, total: 2 });
    expect(written.map((line) => JSON.parse(line))).toEqual([
      { progress: 'deleted', done: 2, total: 2 },
    ]);
  });

  test('shows a new note at once, and only once', () => {
    const { progress, written } = start('lines');
    for (const note of [undefined, 'waiting: TEI_TIMEOUT', 'waiting: TEI_TIMEOUT'])
      progress.update({ done: 1, total: 2, note });
    expect(written).toEqual(['deleted: 1 of 2, waiting: TEI_TIMEOUT\n']);
  });

  test('counts without an end while the total is not known', () => {
    const { progress, written } = start('terminal');
    progress.update({ done: 7 });
    expect(written).toEqual(['\r\x1b[Kdeleted: 7']);
  });
});
