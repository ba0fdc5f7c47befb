import { describe, expect, test } from 'vitest';

import { Sessions } from '../../../../worker/page/session.ts';

const hours = 3_600_000;
const settings = {
  apiSecret: 'a'.repeat(32),
  apiSecretPrevious: undefined,
  searchSecret: 's'.repeat(32),
  searchSecretPrevious: undefined,
  frontDoor: 'pulse-dev_webhook',
};
const sessions = new Sessions(settings);
const cookieOf = (written: string): string => written.split(';')[0] ?? '';
const cookie = cookieOf(sessions.write('searchSecret', false, 0));

describe('a session', () => {
  test('is that of the key that it was opened with, among other cookies', () => {
    expect(sessions.open(`a=b; ${cookie}; c=d`, 1_000)).toEqual({
      keyName: 'searchSecret',
      isOld: false,
    });
  });

  test('is kept from scripts and from what other sites send, and over TLS from plain HTTP', () => {
    const flags = 'Path=/; Max-Age=43200; HttpOnly; SameSite=Lax';
    expect(sessions.write('apiSecret', false, 0)).toMatch(new RegExp(`; ${flags}$`));
    expect(sessions.write('apiSecret', true, 0)).toMatch(new RegExp(`; ${flags}; Secure$`));
    expect(sessions.writeEnd(false)).toMatch(/^pulse-dev_session=; .*Max-Age=0/);
  });

  test('is renewed after a while, and ends after 12 hours', () => {
    expect(sessions.open(cookie, hours)).toMatchObject({ isOld: true });
    expect(sessions.open(cookie, 12 * hours + 1)).toBeUndefined();
  });

  test.each([
    ['a later end', cookie.replace(/v1\.(\d+)/, 'v1.43300')],
    ['another seal', cookie.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'))],
    ['no seal', cookie.replace(/\.[^.]*$/, '')],
    ['another version', cookie.replace('v1', 'v2')],
    ['another stack', cookie.replace('pulse-dev', 'pulse')],
    ['nothing', ''],
  ])('with %s is none', (_what, given) => {
    expect(sessions.open(given, 200_000)).toBeUndefined();
  });

  test('ends with its key, and goes on while the key is the previous one', () => {
    const changed = { ...settings, searchSecret: 't'.repeat(32) };
    expect(new Sessions(changed).open(cookie, 1_000)).toBeUndefined();
    const previous = { ...changed, searchSecretPrevious: settings.searchSecret };
    expect(new Sessions(previous).open(cookie, 1_000)).toMatchObject({
      keyName: 'searchSecretPrevious',
    });
  });
});
