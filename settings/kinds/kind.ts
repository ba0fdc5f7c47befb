export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/**
 * A kind of value that a setting can have: how it is read, what is wrong with a bad one, and an
 * example of a good one.
 */
export interface Kind<T> {
  /** Kind and unit in a few words, for the documentation. */
  readonly name: string;
  /** What of that kind is allowed, for the documentation; empty when all is. */
  readonly range: string;
  readonly example: string;
  /** Its value is never shown, logged or put into a fault. */
  readonly isSecret: boolean;
  /** An empty text is as good as none. */
  readonly emptyIsAbsent: boolean;
  /** Its value is the text of a file, too long to be shown; its example is the file's name. */
  readonly isFile: boolean;
  readonly parse: (text: string) => Parsed<T>;
  /** Writes the value as the worker reads it from its environment. */
  format(value: T): string;
  /** TypeScript text: what reads the same kind in the worker, from worker/settings/kinds.ts. */
  readonly workerSchema: string;
}

export function kind<T>(
  name: string,
  example: string,
  parse: (text: string) => Parsed<T>,
  options: Partial<
    Pick<Kind<T>, 'range' | 'format' | 'isSecret' | 'emptyIsAbsent' | 'isFile' | 'workerSchema'>
  > = {},
): Kind<T> {
  return {
    name,
    example,
    parse,
    range: '',
    format: String,
    isSecret: false,
    emptyIsAbsent: false,
    isFile: false,
    workerSchema: 'text',
    ...options,
  };
}
