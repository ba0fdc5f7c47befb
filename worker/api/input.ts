import type { z } from 'zod';

import { PulseError } from '../errors.ts';
import { DetailedError } from './problems.ts';

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
