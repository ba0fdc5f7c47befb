import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

const placeholders =
  /change.?me|replace.with|passwor[dt]|secret|example|placeholder|your[-_ ]|dummy|^0?12345|^<.*>$/i;
const minLength = 32;
/** A deployment before Pulse set no length; shorter ones are soon found by trying. */
const minPreviousLength = 8;
/** A random value of 32 hexadecimal digits has fewer different ones once in ten million times. */
const minDistinct = 8;

/**
 * At least 32 characters that are safe in a URL, and none of the values that people forget to
 * replace.
 */
export const secret: Kind<string> = kind(
  'secret',
  'openssl rand -hex 32',
  (text) => {
    if (placeholders.test(text)) return { problem: 'looks like a placeholder' };
    if (text.length < minLength)
      return { problem: `has ${text.length} characters; 32 are the least` };
    if (new Set(text).size < minDistinct)
      return {
        problem: `is made of ${new Set(text).size} different characters, which is easily guessed`,
      };
    return /^[\w~.-]+$/.test(text)
      ? { value: text }
      : {
          problem:
            'has characters other than letters, digits, - . _ ~, which cannot stand in a URL',
        };
  },
  { isSecret: true, range: '32 characters or more' },
);

/** A key of before, accepted while its callers change; it was made by other rules. */
export const previousSecret: Kind<string> = kind(
  'secret',
  './pulse api key --admin',
  (text) => {
    if (placeholders.test(text)) return { problem: 'looks like a placeholder' };
    if (text.length < minPreviousLength)
      return { problem: `has ${text.length} characters; ${minPreviousLength} are the least` };
    return /^[!-~]+$/.test(text)
      ? { value: text }
      : { problem: 'has blanks or other characters that no header of a request can have' };
  },
  { isSecret: true, range: `${minPreviousLength} characters or more` },
);

/** Enough for a token of several kilobytes with claims in it. */
const maxIssuedLength = 16_384;

/**
 * A key that a service which exists has given out: whatever it is, it is the right one. Empty means
 * that there is none.
 */
export const issuedSecret: Kind<string> = kind(
  'key of a service',
  'cat service.key',
  (text) => {
    if (text.length > maxIssuedLength)
      return { problem: `has ${text.length} characters; ${maxIssuedLength} are the most` };
    return /^[!-~]([ -~]*[!-~])?$/.test(text)
      ? { value: text }
      : {
          problem:
            'has a blank at an end, or a character that no header of a request can have ' +
            '(letters, digits and signs of ASCII can be there)',
        };
  },
  { isSecret: true, emptyIsAbsent: true, range: 'as the service issued it' },
);

/** User and password with which a proxy in front of a service lets a caller in. */
export const login: Kind<string> = kind(
  'login, as user:password',
  'cat service.login',
  (text) => {
    if (text.length > maxIssuedLength)
      return { problem: `has ${text.length} characters; ${maxIssuedLength} are the most` };
    return /^[^:\p{Cc}]+:\P{Cc}*$/u.test(text)
      ? { value: text }
      : { problem: 'is not a user and a password with a : between them' };
  },
  { isSecret: true, emptyIsAbsent: true, range: 'as the proxy has it' },
);
