import { z } from 'zod';

import { filterValues } from '../../shared/filter-values.ts';
import { PulseError } from '../errors.ts';
import { sentAs } from './contract.ts';
import { pageLimit } from './limits.ts';
import { DetailedError } from './problems.ts';

const entries = z.int().min(1).max(pageLimit.most);
/** How many entries of a list are wanted. */
export const pageSize = sentAs(
  z
    .string()
    .regex(/^\d{1,9}$/, 'is no whole number')
    .transform(Number)
    .pipe(entries)
    .default(pageLimit.usual),
  entries.default(pageLimit.usual),
);

/** @throws DetailedError API_INVALID with every wrong field */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(''),
    detail: message,
  }));
  const summary = errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; ');
  throw new DetailedError(new PulseError('API_INVALID', 'final', summary), { fields: { errors } });
}

/** A text to filter by, read as the values of documents are: a host, a language, a country. */
export function filterText(name: keyof typeof filterValues) {
  const { parse, problem } = filterValues[name];
  return z
    .string()
    .max(2_048)
    .transform((text, context) => parse(text) ?? (context.addIssue(problem), z.NEVER));
}
