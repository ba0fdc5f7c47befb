import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { PulseError } from '../errors.ts';
import { digestOf } from './keys.ts';
import { DetailedError } from './problems.ts';

/** The names of the keys that are accepted are those of their settings. */
export interface HookKeys {
  readonly webhookSecret: string | undefined;
  /** Of before, accepted while the senders change. */
  readonly webhookSecretPrevious: string | undefined;
}
export type HookKeyName = keyof HookKeys;

const signatureForm = /^sha256=([0-9a-f]{64})$/i;

/**
 * Checks the signature that Firecrawl sends, `X-Firecrawl-Signature: sha256=<HMAC of the body>`.
 *
 * @param body as it came, byte by byte
 * @param isRequired else a delivery without the header may show a token, as for `checkToken`. One
 *   with a wrong signature may not.
 * @returns the key that fits
 * @throws DetailedError WEBHOOK_SIGNATURE
 */
export function checkSignature(
  keys: HookKeys,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  isRequired: boolean,
): HookKeyName {
  const shown = readSignature(keys, headers, isRequired);
  if ('key' in shown) return shown.key;
  const { given } = shown;
  const signed = (key: string): Buffer => createHmac('sha256', key).update(body).digest();
  const name = findKey(keys, (key) => timingSafeEqual(signed(key), given));
  if (name === undefined) throw refused('the signature is not that of the body');
  return name;
}

/**
 * Checks what can be known before the body comes in: that there is a signature, or where it is
 * optional the right token.
 *
 * @throws DetailedError WEBHOOK_SIGNATURE
 */
export function readSignature(
  keys: HookKeys,
  headers: IncomingHttpHeaders,
  isRequired: boolean,
): { readonly given: Buffer } | { readonly key: HookKeyName } {
  const signature = headers['x-firecrawl-signature'];
  if (signature === undefined) {
    if (!isRequired) return { key: checkToken(keys, headers) };
    throw refused('the header X-Firecrawl-Signature is missing');
  }
  // Of a header that came twice Node makes one that has another form.
  const [, hex] = signatureForm.exec(String(signature)) ?? [];
  if (hex === undefined)
    throw refused('X-Firecrawl-Signature is not one sha256= with 64 hex digits');
  return { given: Buffer.from(hex, 'hex') };
}

/**
 * Checks the key that a sender shows in place of a signature: `Authorization`, with or without
 * `Bearer`, or as the password of a user; or `X-Pulse-Token`.
 *
 * @returns the key that fits
 * @throws DetailedError WEBHOOK_SIGNATURE
 */
export function checkToken(keys: HookKeys, headers: IncomingHttpHeaders): HookKeyName {
  const digests = listTokens(headers).map(digestOf);
  if (digests.length === 0)
    throw refused('neither the header Authorization nor X-Pulse-Token has a key');
  const name = findKey(keys, (key) => {
    const digest = digestOf(key);
    return digests.map((given) => timingSafeEqual(given, digest)).includes(true);
  });
  if (name === undefined) throw refused('the key of the request is not known');
  return name;
}

/** Tries every key however early one fits: the time tells nothing of a key. */
function findKey(keys: HookKeys, fits: (key: string) => boolean): HookKeyName | undefined {
  const names = ['webhookSecret', 'webhookSecretPrevious'] as const;
  return names
    .map((name) => ({ name, isRight: keys[name] !== undefined && fits(keys[name]) }))
    .find(({ isRight }) => isRight)?.name;
}

function listTokens({ authorization = '', ...headers }: IncomingHttpHeaders): string[] {
  const [, scheme, rest = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  const shown = scheme === undefined ? authorization.trim() : rest;
  const isLogin = scheme?.toLowerCase() === 'basic';
  const token = isLogin
    ? Buffer.from(shown, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : shown;
  const own = headers['x-pulse-token'];
  return [token, own].filter((one): one is string => typeof one === 'string' && one !== '');
}

function refused(problem: string): DetailedError {
  return new DetailedError(new PulseError('WEBHOOK_SIGNATURE', 'final', problem), {
    headers: { 'www-authenticate': 'Bearer' },
  });
}
