/** Kinds of values that an environment variable of the worker can have, and how each is read. */
import { z } from 'zod';

/** A variable of the environment and what reads its text. */
export interface Variable<S extends z.ZodType> {
  readonly name: string;
  readonly schema: S;
}

export function variable<S extends z.ZodType>(name: string, schema: S): Variable<S> {
  return { name, schema };
}

const millisecondsOf: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `20s`, `10m` -> milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'is not a duration such as 20s or 10m')
  .transform((text) => {
    const [, count = '0', unit = 's'] = /^(\d+)(\D+)$/.exec(text) ?? [];
    return Number(count) * (millisecondsOf[unit] ?? 1000);
  });

/** `30d` -> days. */
export const days = z
  .string()
  .regex(/^[1-9]\d*d$/, 'is not a number of days such as 30d')
  .transform((text) => Number.parseInt(text, 10));

const integerText = z.string().regex(/^\d+$/, 'is not a whole number').transform(Number);

export const integer = (least: number, most: number) =>
  integerText.pipe(z.number().min(least).max(most));

/** @param protocols as `http:` */
export const address = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `is not an address that begins with ${protocols.join(' or ')}//`,
    );

/** Without a trailing slash. */
export const httpUrl = address('http:', 'https:').transform((text) => text.replace(/\/+$/, ''));

export const choice = <const T extends string>(...values: T[]) => z.enum(values);

export const text = z.string().min(1);
