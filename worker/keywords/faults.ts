import type { Code } from '../../shared/codes.ts';
import { PulseError } from '../errors.ts';

/** By SQLite's primary result code, which is the low byte of an extended one. */
const codesByResult: Readonly<Record<number, Code>> = {
  3: 'KEYWORDS_VOLUME', // PERM
  5: 'KEYWORDS_LOCKED', // BUSY
  6: 'KEYWORDS_LOCKED', // LOCKED
  7: 'KEYWORDS_ERROR', // NOMEM
  8: 'KEYWORDS_VOLUME', // READONLY
  10: 'KEYWORDS_VOLUME', // IOERR
  11: 'KEYWORDS_CORRUPT', // CORRUPT
  13: 'KEYWORDS_FULL', // FULL
  14: 'KEYWORDS_VOLUME', // CANTOPEN
  15: 'KEYWORDS_LOCKED', // PROTOCOL: others open and close the write-ahead log all the time
  22: 'KEYWORDS_VOLUME', // NOLFS: the file system takes no large files
  26: 'KEYWORDS_CORRUPT', // NOTADB
};

interface StorageError {
  readonly message?: string;
  /** SQLite's result code. */
  readonly errcode?: number;
  /** The system's, such as ENOSPC. */
  readonly code?: string;
}

/**
 * Translates an error of SQLite or of the file system. Every error except a mistake in a statement
 * is about the volume and not about a document, so it has the kind `away`: the document waits, and
 * goes on by itself when the volume is repaired.
 */
export function toKeywordIndexError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const fault = error as StorageError;
  const code = selectCode(fault);
  const message = `keyword index: ${fault.message ?? String(error)}`;
  return code === undefined
    ? new PulseError('KEYWORDS_ERROR', 'retryable', message, error)
    : new PulseError(code, 'away', message, error);
}

function selectCode({ errcode, code = '' }: StorageError): Code | undefined {
  if (errcode !== undefined) return codesByResult[errcode & 0xff];
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'KEYWORDS_FULL';
  return /^E[A-Z]+$/.test(code) ? 'KEYWORDS_VOLUME' : undefined;
}
