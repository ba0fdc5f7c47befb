import { createHash } from 'node:crypto';

import { clean } from './clean.ts';

/**
 * A text that somebody else wrote, cleaned and cut. Half a character, which a cut may leave, and
 * NUL are what Postgres refuses a whole statement for.
 */
export function cutText(text: string, maxLength: number): string {
  return clean(text).slice(0, maxLength).toWellFormed();
}

/** The same on one line. */
export function cutLine(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.slice(0, maxLength).toWellFormed();
}

/**
 * A text by which a row is found: an entry of an index of Postgres holds 2,704 bytes. What is cut
 * ends in a hash of the whole, so that two that begin alike stay two.
 */
export function cutKey(text: string, maxBytes: number): string {
  const whole = text.toWellFormed().replaceAll('\0', '');
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const ending = `…${createHash('sha256').update(whole).digest('hex').slice(0, 16)}`;
  const room = new Uint8Array(maxBytes - Buffer.byteLength(ending));
  // It writes whole characters only.
  const { read } = new TextEncoder().encodeInto(whole, room);
  return whole.slice(0, read) + ending;
}
