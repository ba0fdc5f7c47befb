/** Reads large bodies, which would hold up every other request for up to a second. */
import { parentPort } from 'node:worker_threads';

import type { Code } from '../../shared/codes.ts';
import { describeError, PulseError } from '../errors.ts';
import { readPages } from './read-pages.ts';
import type { ReadPages } from './read-pages.ts';

export interface Request {
  readonly bytes: Uint8Array;
}
export interface Reply {
  readonly read?: ReadPages;
  /** Without a code it is one that nobody foresaw. */
  readonly fault?: { readonly code: Code | undefined; readonly message: string };
}

parentPort?.on('message', ({ bytes }: Request) => {
  let reply: Reply;
  try {
    reply = { read: readPages(bytes) };
  } catch (error) {
    const code = error instanceof PulseError ? error.code : undefined;
    reply = { fault: { code, message: describeError(error) } };
  }
  parentPort?.postMessage(reply);
});
