import { describe, expect, test } from 'vitest';

import { progress } from '../../../../worker/commands/progress.ts';

describe('progress', () => {
  test('is a bar on one line where there is a terminal, and ends with a new line', () => {
    const written: string[] = [];
    const shown = progress('deleted', 4, (text) => void written.push(text), true);
    shown.tell(2);
    shown.tell(4);
    shown.end();
    expect(written).toEqual([
      `\r\x1b[K[${'#'.repeat(15)}${'.'.repeat(15)}] deleted: 2 of 4`,
      `\r\x1b[K[${'#'.repeat(30)}] deleted: 4 of 4`,
      '\n',
    ]);
  });

  test('is a line now and then elsewhere, and one when all is done', () => {
    const written: string[] = [];
    const shown = progress('deleted', 1_000, (text) => void written.push(text), false);
    for (let done = 0; done <= 1_000; done += 1) shown.tell(done);
    shown.end();
    expect(written).toEqual(['deleted: 1000 of 1000\n']);
  });
});
