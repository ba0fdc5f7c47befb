/** Reads large bodies, which would hold up every other request for up to a second. */
import { existsSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';

import type { Code } from '../../shared/codes.ts';
import { describeError, PulseError } from '../errors.ts';
import { encodePage } from '../records/encoded-page.ts';
import type { ReadPage } from './read-pages.ts';
import { readers } from './readers.ts';
import type { ReaderName, ReadOf } from './readers.ts';

export interface Request {
  readonly reader: ReaderName;
  readonly bytes: Uint8Array;
}
export interface Reply {
  readonly read?: ReadOf<ReaderName>;
  /** Without a code it is one that nobody foresaw. */
  readonly fault?: { readonly code: Code | undefined; readonly message: string };
}

/** What Linux calls the thread that asks. */
const self = '/proc/thread-self';
// Of this thread alone, so that a search beside a large page goes first.
if (existsSync(self))
  setPriority(Number(basename(readlinkSync(self))), constants.priority.PRIORITY_LOW);

parentPort?.on('message', ({ reader, bytes }: Request) => {
  let reply: Reply;
  try {
    const read = readers[reader](bytes);
    reply = { read: 'isList' in read ? { ...read, pages: read.pages.map(encode) } : read };
  } catch (error) {
    const code = error instanceof PulseError ? error.code : undefined;
    reply = { fault: { code, message: describeError(error) } };
  }
  parentPort?.postMessage(reply, listBuffers(reply));
});

function encode(read: ReadPage): ReadPage {
  if (!('page' in read) || 'jsonb' in read.page) return read;
  const { page, cleanMs } = read;
  return { page: encodePage(page), cleanMs };
}

/** @returns what is handed over and not copied */
function listBuffers({ read }: Reply): ArrayBuffer[] {
  const pages = read?.pages ?? [];
  return pages.flatMap((one) =>
    'page' in one && 'jsonb' in one.page ? [one.page.jsonb.buffer] : [],
  );
}
