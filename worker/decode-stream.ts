import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { PulseError } from './errors.ts';

/** How files begin that people take for JSON by mistake, or have packed. */
const others: readonly {
  readonly begins: string;
  readonly at?: number;
  readonly is: string;
}[] = [
  { begins: 'PK\u0003\u0004', is: 'a ZIP archive' },
  { begins: '(\u00b5/\u00fd', is: 'compressed with zstd' },
  { begins: 'BZh', is: 'compressed with bzip2' },
  { begins: '\u00fd7zXZ', is: 'compressed with xz' },
  { begins: '%PDF', is: 'a PDF' },
  { begins: 'WARC/', is: 'a WARC archive' },
  { begins: 'SQLite format', is: 'a SQLite database' },
  { begins: 'ustar', at: 257, is: 'a tar archive' },
];
const longestBeginning = 262;

/**
 * Reads JSON as it was saved: gzip is unpacked, UTF-16 becomes UTF-8, a byte order mark goes.
 *
 * @returns the bytes of UTF-8, or of what else it is without saying so
 * @throws PulseError DOCUMENT_INVALID that names what it is, or says that it is damaged
 */
export async function* decodeStream(input: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  const { start, rest } = await peek(input, longestBeginning);
  const begins = start.toString('latin1');
  const other = others.find((one) => begins.startsWith(one.begins, one.at));
  if (other !== undefined) throw invalid(`is ${other.is}, and no JSON`);
  if (begins.startsWith('\u001f\u008b')) yield* decodeStream(unpack(rest));
  else if (begins.startsWith('\u00ff\u00fe')) yield* decodeUtf16('utf-16le', rest);
  else if (begins.startsWith('\u00fe\u00ff')) yield* decodeUtf16('utf-16be', rest);
  else yield* begins.startsWith('\u00ef\u00bb\u00bf') ? dropBytes(rest, 3) : rest;
}

/** Reads the first bytes, and hands them on with the rest. */
export async function peek(
  input: AsyncIterable<Buffer | string>,
  length: number,
): Promise<{ start: Buffer; rest: AsyncGenerator<Buffer> }> {
  const parts = input[Symbol.asyncIterator]();
  const begun: Buffer[] = [];
  let size = 0;
  let next = await parts.next();
  while (next.done !== true) {
    const part = toBytes(next.value);
    begun.push(part);
    size += part.length;
    if (size >= length) break;
    next = await parts.next();
  }
  // Once: parts may be a few bytes each, and a megabyte is looked at.
  const start = Buffer.concat(begun);
  async function* rest(): AsyncGenerator<Buffer> {
    yield start;
    if (next.done === true) return;
    for (let one = await parts.next(); one.done !== true; one = await parts.next())
      yield toBytes(one.value);
  }
  return { start, rest: rest() };
}

function toBytes(part: Buffer | string): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

async function* unpack(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // Its error is that of the stream that is read below.
  pipeline(Readable.from(packed), gunzip, () => undefined);
  try {
    for await (const part of gunzip) yield part as Buffer;
  } catch (error) {
    if (!/^Z_|^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw invalid('is damaged or ends too early: gzip cannot unpack the rest', error);
  }
}

async function* decodeUtf16(
  encoding: string,
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const part of parts) yield Buffer.from(decoder.decode(part, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* dropBytes(parts: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const part of parts) {
    yield part.subarray(left);
    left = Math.max(0, left - part.length);
  }
}

function invalid(problem: string, cause?: unknown): PulseError {
  return new PulseError('DOCUMENT_INVALID', 'final', problem, cause);
}
