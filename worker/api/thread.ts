/** Reads large bodies, which would hold up every other request for up to a second. */
import { parentPort } from 'node:worker_threads';

import type { Code } from '../../shared/codes.ts';
import { describeError, PulseError } from '../errors.ts';
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

parentPort?.on('message', ({ reader, bytes }: Request) => {
  let reply: Reply;
  try {
    reply = { read: readers[reader](bytes) };
  } catch (error) {
    const code = error instanceof PulseError ? error.code : undefined;
    reply = { fault: { code, message: describeError(error) } };
  }
  parentPort?.postMessage(reply);
});
