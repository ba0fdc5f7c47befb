import { isUtf8 } from 'node:buffer';

import parseSecurely from 'secure-json-parse';

import type { Code } from '../../shared/codes.ts';
import { listRecords } from '../documents/crawler-answer.ts';
import { parseDocument } from '../documents/document.ts';
import type { Document } from '../documents/document.ts';
import { findPart } from '../documents/record-part.ts';
import type { Part } from '../documents/record-part.ts';
import { PulseError } from '../errors.ts';
import { roundMs } from '../measure.ts';
import type { EncodedPage } from '../records/encoded-page.ts';
import { listLimit } from './limits.ts';

const newline = 0x0a;
const gzipStart = [0x1f, 0x8b];

/** A page as it was read: checked and cleaned, or refused. It goes from one thread to another. */
export type ReadPage =
  | {
      readonly page: Document | EncodedPage;
      readonly cleanMs: number;
      /** Present where the record says that it is a part of its page. */
      readonly part?: Part | undefined;
    }
  | { readonly refusal: Refusal };

export interface Refusal {
  readonly code: Code;
  readonly detail: string;
}

export interface ReadPages {
  /** Whether they came as a list or in a crawler's answer, be it of one. */
  readonly isList: boolean;
  readonly pages: readonly ReadPage[];
}

/**
 * Reads the JSON of one page, of a list of pages, or of a crawler's answer, which holds a list.
 *
 * @throws PulseError API_SYNTAX, API_TOO_LARGE
 */
export function readPages(bytes: Uint8Array): ReadPages {
  const value = parseOne(bytes);
  const list = listRecords(value);
  if (list === undefined) return { isList: false, pages: [readPage(value)] };
  if (list.length > listLimit)
    throw new PulseError(
      'API_TOO_LARGE',
      'final',
      `a list has at most ${listLimit} documents; send more as application/x-ndjson`,
    );
  return { isList: true, pages: list.map(readPage) };
}

function parseOne(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (!beginsWithRecord(bytes)) throw error;
    const reason = 'has more behind its first JSON value: send lines as application/x-ndjson';
    throw new PulseError('API_SYNTAX', 'final', reason, error);
  }
}

/** Whether the first of several lines is JSON by itself, as in a file of JSON lines. */
function beginsWithRecord(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(newline);
  if (end === -1) return false;
  try {
    JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param forbidden what is done with keys such as `__proto__`, which what copies an object would
 *   take for its own. One in a page of many is no reason to lose the others
 * @throws PulseError API_SYNTAX
 */
export function parseJson(bytes: Uint8Array, forbidden: 'error' | 'remove' = 'error'): unknown {
  if (bytes[0] === gzipStart[0] && bytes[1] === gzipStart[1])
    throw new PulseError('API_SYNTAX', 'final', 'is compressed with gzip: send it unpacked');
  if (!isUtf8(bytes)) throw new PulseError('API_SYNTAX', 'final', 'is no UTF-8');
  try {
    return parseSecurely(new TextDecoder().decode(bytes), {
      protoAction: forbidden,
      constructorAction: forbidden,
    });
  } catch (error) {
    const { message } = error as Error;
    // The parser quotes what it read, which is the caller's.
    const reason = /prototype/.test(message) ? 'has a forbidden key' : 'is no JSON';
    throw new PulseError('API_SYNTAX', 'final', reason, error);
  }
}

function readPage(value: unknown): ReadPage {
  const startedMs = performance.now();
  try {
    const page = parseDocument(value);
    return { page, cleanMs: roundMs(performance.now() - startedMs), part: findPart(value) };
  } catch (error) {
    if (!(error instanceof PulseError)) throw error;
    return { refusal: { code: error.code, detail: error.message } };
  }
}
