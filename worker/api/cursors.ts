import { z } from 'zod';

import { sentAs } from './contract.ts';

/**
 * A cursor is where the next page begins, in a form that callers take as it is. It needs no secret:
 * what it says is checked like any other parameter.
 */
const usualLength = 200;
const given = z
  .string()
  .regex(/^[\w-]*$/)
  .describe('The `next` of the page before');

/** @param parts what `readCursor` finds again by its pattern */
export function writeCursor(...parts: readonly (string | number)[]): string {
  return Buffer.from(parts.join('/')).toString('base64url');
}

/**
 * @param pattern of the cursors of one list, each part a group
 * @param maxLength of the cursor, where its parts may be long
 * @returns a schema that gives the parts
 */
export function readCursor(pattern: RegExp, maxLength = usualLength) {
  const read = z
    .string()
    .max(maxLength)
    .transform((text, context) => {
      const [, ...parts] = pattern.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
      if (parts.length > 0) return parts;
      context.addIssue('is no cursor that this list gave');
      return z.NEVER;
    });
  return sentAs(read, given.max(maxLength));
}
