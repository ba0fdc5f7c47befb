import type { Code } from '../../shared/codes.ts';
import { PulseError } from '../errors.ts';

/** SQLite's primary result codes; the extended ones carry them in their low byte. */
const codeOfResult: Readonly<Record<number, Code>> = {
  5: 'KEYWORDS_LOCKED',
  6: 'KEYWORDS_LOCKED', // BUSY, LOCKED
  13: 'KEYWORDS_FULL',
  11: 'KEYWORDS_CORRUPT',
  26: 'KEYWORDS_CORRUPT', // CORRUPT, NOTADB
  3: 'KEYWORDS_VOLUME',
  8: 'KEYWORDS_VOLUME',
  10: 'KEYWORDS_VOLUME',
  14: 'KEYWORDS_VOLUME', // PERM, READONLY, IOERR, CANTOPEN
};

/**
 * What an error of SQLite or of the file system means. All but a mistake in a statement is about
 * the volume, not about a document: the document waits (`away`) and goes on by itself when a person
 * has mended it.
 */
export function toKeywordIndexError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const {
    message = String(error),
    errcode,
    code,
  } = error as { message?: string; errcode?: number; code?: string };
  const found =
    errcode !== undefined
      ? codeOfResult[errcode & 0xff]
      : code === 'ENOSPC' || code === 'EDQUOT'
        ? 'KEYWORDS_FULL'
        : /^E[A-Z]+$/.test(code ?? '')
          ? 'KEYWORDS_VOLUME'
          : undefined;
  if (found === undefined)
    return new PulseError('KEYWORDS_ERROR', 'retryable', `keyword index: ${message}`, error);
  return new PulseError(found, 'away', `keyword index: ${message}`, error);
}
