import type { Readable } from 'node:stream';

import { PulseError } from '../errors.ts';
import { readByteLines } from '../lines.ts';
import { lineLimit, linesLimit } from './limits.ts';
import { isLarge } from './page-reader.ts';
import type { PageReader } from './page-reader.ts';
import type { ReadPage } from './read-pages.ts';
import type { Entry } from './store-pages.ts';

const listInLine = 'a line is one document, and no list: send a list as application/json';

/** The pages of a list that was read. */
export function listEntries(pages: readonly ReadPage[]): Entry[] {
  return pages.map((page, index) => ({ index, isLarge: false, read: async () => page }));
}

/**
 * The lines of a body, one page each, while they come in. Empty lines count and are left out.
 *
 * @throws PulseError API_TOO_LARGE beyond the limits
 */
export async function* readEntries(body: Readable, reader: PageReader): AsyncGenerator<Entry> {
  for await (const { number, bytes } of readByteLines(limitBytes(body), lineLimit)) {
    if (number > linesLimit.lines)
      throw new PulseError('API_TOO_LARGE', 'final', `more than ${linesLimit.lines} lines`);
    if (bytes === undefined) yield refuseLong(number - 1);
    else if (!isBlank(bytes))
      yield { index: number - 1, isLarge: isLarge(bytes), read: () => readLine(reader, bytes) };
  }
}

/** What is not read is discarded while it comes in: the connection's next request is behind it. */
async function* limitBytes(body: Readable): AsyncGenerator<Buffer> {
  let received = 0;
  const parts: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
  try {
    for await (const part of parts) {
      received += part.length;
      if (received > linesLimit.bytes)
        throw new PulseError('API_TOO_LARGE', 'final', `more than ${linesLimit.bytes} bytes`);
      yield part;
    }
  } finally {
    body.resume();
  }
}

function refuseLong(index: number): Entry {
  const refusal = { code: 'DOCUMENT_TOO_LARGE', detail: `longer than ${lineLimit} bytes` } as const;
  return { index, isLarge: false, read: async () => ({ refusal }) };
}

/** Spaces, tabs and a carriage return. */
function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

async function readLine(reader: PageReader, bytes: Buffer<ArrayBuffer>): Promise<ReadPage> {
  const { isList, pages } = await reader.read(bytes);
  const [page] = pages;
  if (isList || page === undefined)
    return { refusal: { code: 'DOCUMENT_INVALID', detail: listInLine } };
  return page;
}
