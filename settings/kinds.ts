/**
 * Kinds of values that a setting can have: how each is read, what is wrong with a bad one, and an
 * example of a good one.
 */
import { isIPv4 } from 'node:net';

import { networkAddress } from './ipv4.ts';

export type Parsed<T> = { readonly value: T } | { readonly problem: string };

export interface Kind<T> {
  /** Kind and unit in a few words, for the documentation. */
  readonly name: string;
  /** What of that kind is allowed, for the documentation; empty when all is. */
  readonly range: string;
  readonly example: string;
  /** Its value is never shown, logged or put into a fault. */
  readonly isSecret: boolean;
  readonly parse: (text: string) => Parsed<T>;
  /** Writes the value as the worker reads it from its environment. */
  format(value: T): string;
  /** TypeScript text: what reads the same kind in the worker, from worker/settings/kinds.ts. */
  readonly workerSchema: string;
}

function kind<T>(
  name: string,
  example: string,
  parse: (text: string) => Parsed<T>,
  { range = '', format = String, isSecret = false, workerSchema = 'text' }: Partial<Kind<T>> = {},
): Kind<T> {
  return { name, range, example, isSecret, parse, format, workerSchema };
}

export function integer(least: number, most: number): Kind<number> {
  return kind(
    'whole number',
    String(Math.max(least, Math.min(2, most))),
    (text) => {
      const value = Number(text);
      if (!/^-?\d+$/.test(text)) return { problem: 'not a whole number' };
      if (value < least || value > most) return { problem: `outside ${least}..${most}` };
      return { value };
    },
    { range: `${least}..${most}`, workerSchema: `integer(${least}, ${most})` },
  );
}

export const port: Kind<number> = { ...integer(1, 65_535), name: 'port', example: '50105' };

export const flag: Kind<boolean> = kind('true or false', 'true', (text) =>
  text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { problem: 'neither true nor false' },
);

const mebibytesOf: Record<string, number> = { MiB: 1, GiB: 1024 };

/** A size as `512MiB` or `4GiB`; the value is in MiB, the engine's unit. */
export function mebibytes(least: number): Kind<number> {
  return kind(
    'size in MiB or GiB',
    '512MiB',
    (text) => {
      const match = /^(\d+)(MiB|GiB)$/.exec(text);
      if (match === null) return { problem: 'not a size; a whole number with MiB or GiB is' };
      const value = Number(match[1]) * (mebibytesOf[match[2] as string] as number);
      return value < least ? { problem: `below ${least}MiB, too little to run` } : { value };
    },
    { range: `${least}MiB or more` },
  );
}

/**
 * CPUs in the form in which the engine reports them (`2.0`, `0.5`): any other would show as a
 * change on every preview.
 */
export const cpus: Kind<string> = kind(
  'CPUs',
  '1.5',
  (text) => {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || value <= 0)
      return { problem: 'not a positive number of CPUs' };
    if (value >= 10)
      return {
        problem: 'at least 10, which the Docker provider reports back wrongly; use less than 10',
      };
    return { value: Number.isInteger(value) ? value.toFixed(1) : String(value) };
  },
  { range: 'above 0, below 10' },
);

const secondsOf: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** `30s`, `10m`, `1h`; the value is in seconds. */
export const duration: Kind<number> = kind(
  'duration in s, m or h',
  '30s',
  (text) => {
    const match = /^(\d+)([smh])$/.exec(text);
    if (match === null || Number(match[1]) === 0)
      return { problem: 'not a duration; a whole number with s, m or h is' };
    return { value: Number(match[1]) * (secondsOf[match[2] as string] as number) };
  },
  { range: '1s or more', format: (seconds) => `${seconds}s`, workerSchema: 'duration' },
);

export const ipv4: Kind<string> = kind('IPv4 address', '127.0.0.1', (text) =>
  isIPv4(text) ? { value: text } : { problem: 'not an IPv4 address' },
);

export const cidr: Kind<string> = kind(
  'IPv4 network',
  '10.224.0.0/24',
  (text) => {
    const [address = '', bits = ''] = text.split('/');
    if (!isIPv4(address) || !/^\d+$/.test(bits))
      return { problem: 'not a network in the form address/bits' };
    if (Number(bits) < 8 || Number(bits) > 28) return { problem: 'not between /8 and /28' };
    return networkAddress(text) === address
      ? { value: text }
      : {
          problem: `not the first address of its network; that is ${networkAddress(text)}/${bits}`,
        };
  },
  { range: '/8 to /28' },
);

export function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return kind(
    values.join(' | '),
    values[0] as string,
    (text) =>
      values.includes(text as T)
        ? { value: text as T }
        : { problem: `none of ${values.join(', ')}` },
    { workerSchema: `choice(${values.map((value) => `'${value}'`).join(', ')})` },
  );
}

/** An http(s) address without a trailing slash, user or password. */
export const url: Kind<string> = kind(
  'http(s) URL',
  'http://192.0.2.10:52000',
  (text) => {
    if (!URL.canParse(text)) return { problem: 'not a URL' };
    const parsed = new URL(text);
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
      return { problem: 'neither http nor https' };
    if (parsed.username !== '' || parsed.password !== '')
      return { problem: 'carries a user or password, which would be stored in plain text' };
    return { value: text.replace(/\/+$/, '') };
  },
  { workerSchema: 'httpUrl' },
);

/** A folder of the Docker host, absolute and without a trailing slash. */
export const absolutePath: Kind<string> = kind('absolute path', '/mnt/cache/appdata', (text) =>
  /^(\/[\w.@-]+)+\/?$/.test(text) && !text.split('/').includes('..')
    ? { value: text.replace(/\/$/, '') }
    : { problem: 'not an absolute path of letters, digits, . _ @ -' },
);

export const imageReference: Kind<string> = kind(
  'image reference',
  'postgres:15-bookworm',
  (text) =>
    /^[a-z0-9][\w.\-/:]*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(text) &&
    /[:@]/.test(text.split('/').at(-1) ?? '')
      ? { value: text }
      : { problem: 'not an image with a tag or digest' },
);

export const modelName: Kind<string> = kind(
  'model name',
  'sentence-transformers/all-MiniLM-L6-v2',
  (text) =>
    /^[\w.-]+(\/[\w.-]+)?$/.test(text)
      ? { value: text }
      : { problem: 'not a model name in the form organisation/name' },
);

/**
 * Kept as typed, blanks at its end too; `\n` stands for a line's end, because an environment has
 * one line a value.
 */
export const phrase: Kind<string> = kind('text, \\n for a new line', 'query: ', (text) =>
  text === '' || text.length > 2_000 || /\p{Cc}/u.test(text)
    ? {
        problem:
          'empty, longer than 2000 characters, or with control characters (write \\n for a new line)',
      }
    : { value: text },
);

const placeholders = /change.?me|passwor[dt]|secret|example|placeholder|your[-_ ]|dummy|^0?12345/i;
/** A random value of 32 hexadecimal digits has fewer different ones once in ten million. */
const leastDifferent = 8;

/**
 * At least 32 characters that are safe in a URL, and none of the values that people forget to
 * replace.
 */
export const secret: Kind<string> = kind(
  'secret',
  '$(openssl rand -hex 32)',
  (text) => {
    if (placeholders.test(text)) return { problem: 'looks like a placeholder' };
    if (text.length < 32) return { problem: `has ${text.length} characters; 32 are the least` };
    if (new Set(text).size < leastDifferent)
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
