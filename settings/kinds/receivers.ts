/** Where alarms go: addresses that are as good as keys, and addresses of mail. */
import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

const longest = 2_000;

/** An address that lets in whoever knows it: it is never shown, and may have a query. */
export const secretUrl: Kind<string> = kind(
  'http(s) URL, a secret',
  'cat receiver.url',
  (text) => {
    if (text.length > longest)
      return { problem: `has ${text.length} characters; ${longest} are the most` };
    if (!/^https?:\/\/[!-~]+$/.test(text) || !URL.canParse(text))
      return { problem: 'not an http(s) URL' };
    const { username, password, hash } = new URL(text);
    if (username !== '' || password !== '' || hash !== '')
      return { problem: 'has a user, a password or a fragment, which no request would carry' };
    return { value: text };
  },
  { isSecret: true },
);

const address = /^[^\s@,<>"\\\p{Cc}]+@[a-z\d](?:[a-z\d.-]*[a-z\d])?$/iu;

export const mailAddresses: Kind<readonly string[]> = kind(
  'mail addresses',
  'operator@example.org',
  (text) => {
    const value = text.split(/[\s,]+/).filter((one) => one !== '');
    const wrong = value.find((one) => !address.test(one) || one.length > 254);
    if (wrong !== undefined) return { problem: `'${wrong}' is no mail address` };
    return value.length === 0 ? { problem: 'empty' } : { value };
  },
  { format: (value) => value.join(', ') },
);

export const mailAddress: Kind<string> = kind('mail address', 'pulse@example.org', (text) =>
  address.test(text) && text.length <= 254 ? { value: text } : { problem: 'no mail address' },
);

/** A name that the DNS or Docker has, or an IPv4 address. */
export const serverName: Kind<string> = kind('host name', 'smtp.example.org', (text) =>
  /^[a-z\d_](?:[\w.-]*[a-z\d_])?$/i.test(text) && text.length <= 253
    ? { value: text }
    : { problem: 'no name or address of a server' },
);
