/** Choices, names and free text. */
import { kind } from './kind.ts';
import type { Kind } from './kind.ts';

export const flag: Kind<boolean> = kind('true or false', 'true', (text) =>
  text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { problem: 'neither true nor false' },
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

/** A folder of the Docker host, absolute and without a trailing slash. */
export const absolutePath: Kind<string> = kind('absolute path', '/mnt/cache/appdata', (text) =>
  /^(\/[\w.@-]+)+\/?$/.test(text) && !text.split('/').includes('..')
    ? { value: text.replace(/\/$/, '') }
    : { problem: 'not an absolute path of letters, digits, . _ @ -' },
);

/** As `docker info` prints it: a UUID, or twelve groups of letters of older engines. */
export const engineId: Kind<string> = kind(
  'id of a Docker engine',
  '7c1f5e0a-51c7-4d4e-9a4e-0a6f0b5c2d11',
  (text) =>
    /^[\w:-]{8,100}$/.test(text)
      ? { value: text }
      : { problem: "not what docker info --format '{{.ID}}' prints" },
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

/** What a server calls its model: a name, or the folder that it was started with. */
export const modelId: Kind<string> = kind('model id', '/data/model', (text) =>
  text.length <= 500 && /^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u.test(text)
    ? { value: text }
    : { problem: 'empty, longer than 500 characters, with a blank at an end, or no text' },
);

/**
 * Kept as typed, blanks at its end too. A value in an environment file has one line, so `\n` stands
 * for a new one.
 */
export const phrase: Kind<string> = kind('text, \\n for a new line', 'query: ', (text) =>
  text === '' || text.length > 2_000 || /\p{Cc}/u.test(text)
    ? {
        problem:
          'empty, longer than 2000 characters, or with control characters (write \\n for a new line)',
      }
    : { value: text },
);
