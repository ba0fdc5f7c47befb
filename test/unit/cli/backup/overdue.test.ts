import { expect, test } from 'vitest';

import { findOverdue } from '../../../../cli/backup/results.ts';
import type { BackupRow } from '../../../../cli/backup/results.ts';
import type { Container } from '../../../../cli/containers.ts';

const day = 86_400_000;
const begin = Date.parse('2026-11-01T00:00:00Z');
const at = (ms: number): string => new Date(ms).toISOString();
const schedule = (startedMs: number) =>
  ({
    Config: { Env: ['BACKUP_EVERY=86400'] },
    State: { StartedAt: at(startedMs) },
  }) as unknown as Container;
const row = (ok: boolean, ms: number): BackupRow => ({
  what: 'backup',
  ok,
  at: at(ms),
  result: '',
});

test.each([
  ['a stack without a schedule', undefined, [], 9, 0],
  ['a schedule that has just begun', schedule(begin), [], 1, 0],
  ['one that has completed none in three days', schedule(begin), [], 3, 1],
  ['one whose last good backup is a day old', schedule(begin), [row(true, begin + 8 * day)], 9, 0],
  [
    'one whose last good backup is three days old',
    schedule(begin),
    [row(true, begin + 6 * day)],
    9,
    1,
  ],
  ['one that has only failed', schedule(begin), [row(false, begin + 9 * day)], 9, 1],
])('%s is told as it is', (_, container, rows, days, told) => {
  expect(findOverdue(container, rows, begin + days * day)).toHaveLength(told);
});
