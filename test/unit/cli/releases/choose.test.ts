import { describe, expect, test } from 'vitest';

import {
  chooseRelease,
  describeSettings,
  refuseUnusable,
} from '../../../../cli/releases/choose.ts';
import type { Release } from '../../../../settings/releases.ts';
import { startFormat } from '../../../../settings/releases.ts';

const release = (image: string, settings: Release['settings'] = {}): Release => ({
  image,
  commit: 'v0.1.0-3-g0123456789ab-dirty',
  schema: '0011-chunk-prefix.sql',
  startFormat,
  settings,
  verifiedAt: '2026-11-27T08:00:00.000Z',
});
const [newest, middle, oldest] = [
  release('pulse_webhook-worker:c', { logLevel: 'DEBUG' }),
  release('pulse_webhook-worker:b'),
  release('pulse_webhook-worker:a'),
];
const releases = [newest, middle, oldest];

describe('the release to go back to', () => {
  test.each([
    ['after a good update it is the one before', newest, false, middle],
    ['after a failed one it is the last good one', newest, true, newest],
    ['with a setting changed since it is the last good one', middle, false, newest],
  ])('%s', (_, { image, settings }, isFailed, chosen) =>
    expect(chooseRelease(releases, { image, settings, isFailed })).toBe(chosen),
  );

  test('is the one of its number, and no other number is taken', () => {
    const present = { image: newest.image, settings: newest.settings, isFailed: false };
    expect(chooseRelease(releases, present, '3')).toBe(oldest);
    for (const wrong of ['0', '4', '-1', '1.5', 'two'])
      expect(() => chooseRelease(releases, present, wrong)).toThrow(`no release ${wrong}`);
  });

  test('is not there after the first update', () =>
    expect(() => chooseRelease([oldest], { ...oldest, isFailed: false })).toThrow(
      'there is no release to go back to',
    ));
});

describe('a release', () => {
  test('whose image is gone is refused, with the commit to check out', () =>
    expect(() => refuseUnusable(oldest, false, [])).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('pulse_webhook-worker:a is not on this engine'),
        remedy: 'git checkout v0.1.0-3-g0123456789ab, then ./pulse up',
      }),
    ));

  test('that another version of Pulse started in another way is refused', () =>
    expect(() => refuseUnusable({ ...oldest, startFormat: 0 }, true, [])).toThrow(
      'in another way',
    ));

  test.each([
    ['that says nothing', undefined, true],
    ['that the worker of the release can read', '0011-chunk-prefix.sql', false],
    ['that it cannot read', '0012-more.sql', true],
  ])('is judged by each later migration: one %s', (_, oldestReader, isRefused) => {
    const migrations = [
      { name: '0011-chunk-prefix.sql', oldestReader: undefined },
      { name: '0013-later.sql', oldestReader },
    ];
    const judge = () => refuseUnusable(oldest, true, migrations);
    if (isRefused) expect(judge).toThrow('schema since 0013-later.sql');
    else expect(judge).not.toThrow();
  });
});

test('the settings that differ are named with both values, and those that go', () =>
  expect(
    describeSettings({ logLevel: 'DEBUG', mcp: 'off' }, { logLevel: 'ERROR', keepRuns: '7d' }),
  ).toEqual({
    lines: [
      'pulse:keepRuns: the default -> 7d',
      'pulse:logLevel: DEBUG -> ERROR',
      'pulse:mcp: off -> the default',
    ],
    removed: ['mcp'],
  }));
