import { describe, expect, test } from 'vitest';

import { checkSignature, checkToken } from '../../../../worker/api/hook-access.ts';
import { signed } from '../../../harness/hooks.ts';

const keys = { webhookSecret: 'the-key-of-today', webhookSecretPrevious: 'the-key-of-before' };
const body = Buffer.from('{"type":"crawl.page"}');
const header = 'x-firecrawl-signature';
const right = signed(body, keys.webhookSecret)[header] ?? '';
const bearer = { authorization: `Bearer ${keys.webhookSecret}` };
const refusal = expect.objectContaining({
  cause: expect.objectContaining({ code: 'WEBHOOK_SIGNATURE' }),
});

describe('a signature', () => {
  test.each([
    ['today', right, 'webhookSecret'],
    ['before', signed(body, keys.webhookSecretPrevious)[header], 'webhookSecretPrevious'],
    [
      'today, in capitals',
      right.replace(/[a-f]/g, (digit) => digit.toUpperCase()),
      'webhookSecret',
    ],
  ])('with the key of %s fits', (_when, signature, name) => {
    expect(checkSignature(keys, { [header]: signature }, body, true)).toBe(name);
  });

  test.each<[string, string | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['cut by a digit', right.slice(0, -1)],
    ['cut by a byte', right.slice(0, -2)],
    ['longer', `${right}00`],
    ['doubled', `${right}, ${right}`],
    ['of another algorithm', right.replace('sha256', 'sha512')],
    ['without its algorithm', right.slice(7)],
    ['no hex', right.replace(/.$/, 'g')],
    ['of another body', signed(`${String(body)}\n`, keys.webhookSecret)[header]],
    ['of another key', signed(body, 'another')[header]],
    ['of an empty key', signed(body, '')[header]],
  ])('that is %s does not, nor with a right token beside it', (_how, signature) => {
    const headers = signature === undefined ? {} : { [header]: signature };
    for (const given of [
      headers,
      { ...headers, ...bearer },
      { ...headers, 'x-pulse-token': keys.webhookSecret },
    ])
      expect(() => checkSignature(keys, given, body, true)).toThrow(refusal);
    if (signature === undefined) return;
    expect(() => checkSignature(keys, { ...headers, ...bearer }, body, false)).toThrow(refusal);
  });

  test('may be replaced by a token where it is optional', () => {
    expect(checkSignature(keys, bearer, body, false)).toBe('webhookSecret');
    expect(checkSignature(keys, { [header]: right }, body, false)).toBe('webhookSecret');
    expect(() => checkSignature(keys, {}, body, false)).toThrow(refusal);
  });

  test('fits nothing where there is no key', () => {
    const none = { webhookSecret: undefined, webhookSecretPrevious: undefined };
    const forged = signed(body, 'undefined');
    for (const headers of [forged, signed(body, ''), { authorization: 'undefined' }, bearer])
      expect(() => checkSignature(none, headers, body, false)).toThrow(refusal);
  });
});

describe('a token', () => {
  const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
  test.each<[string, Record<string, string>]>([
    ['with Bearer', bearer],
    ['with bearer', { authorization: `bearer  ${keys.webhookSecret} ` }],
    ['by itself', { authorization: keys.webhookSecret }],
    ['as a password', { authorization: basic(`anybody:${keys.webhookSecret}`) }],
    ['in its own header', { 'x-pulse-token': keys.webhookSecret }],
    [
      'beside a header of a proxy',
      { authorization: basic('p:q'), 'x-pulse-token': keys.webhookSecret },
    ],
  ])('is read %s', (_how, headers) => {
    expect(checkToken(keys, headers)).toBe('webhookSecret');
  });

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['empty', { authorization: '', 'x-pulse-token': '' }],
    ['Bearer alone', { authorization: 'Bearer ' }],
    ['one that is cut', { 'x-pulse-token': keys.webhookSecret.slice(0, -1) }],
    ['one that goes on', { authorization: `Bearer ${keys.webhookSecret}x` }],
    ['a user', { authorization: basic(`${keys.webhookSecret}:x`) }],
    ['a signature', { [header]: right }],
  ])('is refused: %s', (_how, headers) => {
    expect(() => checkToken(keys, headers)).toThrow(refusal);
  });
});
