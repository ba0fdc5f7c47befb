/**
 * The tokenizer's own thread: a large page takes seconds and a tokenizer some hundred megabytes,
 * neither of which the main thread, with its locks and heartbeat, must bear. One page at a time
 * would let a large one hold up the small: they take turns every few milliseconds.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

import { describeError } from '../errors.ts';
import { createEstimatingCounter } from './counter.ts';
import type { ChunkSize } from './cut.ts';
import type { FromThread, ThreadSettings, ToThread } from './messages.ts';
import { splitText } from './split.ts';
import { findTokenizer } from './tokenizer-files.ts';
import { createTokenizer } from './tokenizer.ts';
import type { ModelTokenizer } from './tokenizer.ts';

const turnMs = 10;
/** Without a tokenizer TEI counts; from time to time it is looked for again. */
const lookAgainMs = 60_000;
/** [CLS] and [SEP] or their like: what models add when their own files do not tell. */
const usualSpecialTokens = 2;

const settings = workerData as ThreadSettings;
const port = parentPort as NonNullable<typeof parentPort>;
const send = (message: FromThread): void => port.postMessage(message);

/** Pages in hand, and the counts that the main thread was asked for. */
const cancelled = new Map<number, boolean>();
const asked = new Map<
  number,
  { resolve: (tokens: number) => void; reject: (error: Error) => void }
>();
let lastAsked = 0;

let tokenizer: Promise<ModelTokenizer | undefined> = open();

async function open(): Promise<ModelTokenizer | undefined> {
  const { made, problems } = await findTokenizer(settings, createTokenizer);
  collectGarbage();
  send({ opened: { found: made !== undefined, problems, inputLimit: made?.inputLimit } });
  if (made === undefined)
    setTimeout(() => {
      tokenizer = open();
    }, lookAgainMs).unref();
  return made;
}

/**
 * Opening a large tokenizer leaves some 60 MB of parsed files, which a thread with nothing to do
 * would keep for good.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  void collect({ type: 'major', flavor: 'last-resort' });
}

async function chunk(id: number, text: string, teiLimit: number | undefined): Promise<void> {
  cancelled.set(id, false);
  try {
    const found = await tokenizer;
    const size = sizeFor(found, teiLimit);
    const chunks = await splitText(
      text,
      size,
      found ?? createEstimatingCounter(size.limit, ofText),
      turns(id),
    );
    send({ id, chunks: chunks.map(({ start, end, headings }) => ({ start, end, headings })) });
  } catch (error) {
    send({
      id,
      problem: describeError(error),
      fault:
        error instanceof CountFault ? 'count' : error instanceof RangeError ? 'unfit' : 'other',
    });
  } finally {
    cancelled.delete(id);
  }
}

function sizeFor(found: ModelTokenizer | undefined, teiLimit: number | undefined): ChunkSize {
  const longest =
    Math.min(found?.inputLimit ?? Infinity, teiLimit ?? Infinity) -
    (found?.special ?? usualSpecialTokens);
  const limit = Math.max(1, Math.min(settings.maxChunkTokens, longest));
  return { limit, overlap: Math.min(settings.chunkOverlapTokens, Math.floor(limit / 2)) };
}

function turns(id: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < turnMs) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
      if (cancelled.get(id)) throw new Error('cancelled'); // nobody waits any more
    });
  };
}

function ofText(text: string): Promise<number> {
  const count = ++lastAsked;
  return new Promise((resolve, reject) => {
    asked.set(count, { resolve, reject });
    send({ count, text });
  });
}

class CountFault extends Error {}

function answered({ count, tokens, problem }: Extract<ToThread, { count: number }>): void {
  const waiting = asked.get(count);
  asked.delete(count);
  if (tokens === undefined) waiting?.reject(new CountFault(problem));
  else waiting?.resolve(tokens);
}

port.on('message', (message: ToThread) => {
  if ('text' in message) void chunk(message.id, message.text, message.teiLimit);
  else if ('cancel' in message) {
    if (cancelled.has(message.cancel)) cancelled.set(message.cancel, true);
  } else answered(message);
});
