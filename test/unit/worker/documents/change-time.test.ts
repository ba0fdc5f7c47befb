import { describe, expect, test } from 'vitest';

import { readChangeTime } from '../../../../worker/documents/change-time.ts';

describe('the time of a change', () => {
  test.each([
    ['2026-11-26 10:00:00 UTC', '2026-11-26T10:00:00.000Z'],
    ['2026-11-26 10:00:00 GMT', '2026-11-26T10:00:00.000Z'],
    ['2026-11-26 10:00:00 CET', '2026-11-26T09:00:00.000Z'],
    ['2026-07-26 10:00:00 CEST', '2026-07-26T08:00:00.000Z'],
    // The sender writes a change of the summer with the offset that its zone has now.
    ['2026-07-26 10:00:00 CET', '2026-07-26T09:00:00.000Z'],
    ['2026-11-26 10:00:00 EST', '2026-11-26T15:00:00.000Z'],
    ['2026-11-26 10:00:00 JST', '2026-11-26T01:00:00.000Z'],
    ['2026-07-26 10:00:00 BST', '2026-07-26T09:00:00.000Z'],
    ['2026-11-26 10:00:00 -03', '2026-11-26T13:00:00.000Z'],
    ['2026-11-26 10:00:00 +0545', '2026-11-26T04:15:00.000Z'],
    ['2026-11-26 10:00:00 UTC+02:00', '2026-11-26T08:00:00.000Z'],
    ['2026-11-26T10:00:00+0100', '2026-11-26T09:00:00.000Z'],
    ['2026-11-26T10:00:00.250-05:00', '2026-11-26T15:00:00.000Z'],
    ['2026-11-26T10:00Z', '2026-11-26T10:00:00.000Z'],
    ['2026-11-26 10:00:00 Europe/Berlin', '2026-11-26T09:00:00.000Z'],
    ['2026-07-26 10:00:00 Europe/Berlin', '2026-07-26T08:00:00.000Z'],
    ['2026-11-26 10:00:00 Asia/Kolkata', '2026-11-26T04:30:00.000Z'],
    ['2026-11-26 10:00:00 America/Argentina/Buenos_Aires', '2026-11-26T13:00:00.000Z'],
    ['2026-11-26 10:00:00 Etc/UTC', '2026-11-26T10:00:00.000Z'],
    ['1795687200', '2026-11-26T10:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(readChangeTime(text)?.toISOString()).toBe(instant);
  });

  test.each([
    ['2026-11-26 10:00:00', 'has no zone'],
    ['2026-11-26 10:00:00 CST', 'may be in Chicago, Havana or Shanghai'],
    ['2026-07-26 10:00:00 CDT', 'may be in Chicago or Havana'],
    ['2026-11-26 10:00:00 IST', 'may be in India, Israel or Ireland'],
    ['2026-11-26 10:00:00 PST', 'may be in California or the Philippines'],
    ['2026-10-25 02:30:00 Europe/Berlin', 'is twice'],
    ['2026-03-29 02:30:00 Europe/Berlin', 'is left out'],
    ['2026-11-26 10:00:00 Europe/Nowhere', 'is in no zone'],
    ['2026-11-26 10:00:00 W. Europe Standard Time', 'has a name of another database'],
    ['2026-02-31 10:00:00 UTC', 'is no day'],
    ['2026-11-26 25:00:00 UTC', 'is no hour'],
    ['2026-11-26 10:00:00 +2500', 'is further from UTC than any zone'],
    ['26.11.2026 10:00 CET', 'is written in another way'],
    ['Thursday', 'is no time'],
    ['', 'is empty'],
  ])('%s %s, and is no instant', (text) => {
    expect(readChangeTime(text)).toBeUndefined();
  });
});
