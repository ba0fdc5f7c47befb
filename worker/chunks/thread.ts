/**
 * The tokenizer's own thread. Cutting a large page takes seconds, which would block the heartbeat
 * and the renewal of job locks in the main thread. Pages take turns every 10 ms, so that a large
 * page does not hold up small ones.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

import { trustAuthorities } from '../../shared/trusted-authorities.ts';
import { describeError } from '../errors.ts';
import { createEstimatingCounter } from './counter.ts';
import type { ChunkSize } from './cut.ts';
import type { Fault, FromThread, ThreadSettings, ToThread } from './messages.ts';
import { splitText } from './split.ts';
import { findTokenizer } from './tokenizer-files.ts';
import { createTokenizer } from './tokenizer.ts';
import type { ModelTokenizer } from './tokenizer.ts';

const turnMs = 10;
/** While there is no tokenizer TEI counts the tokens, and the files are looked for every minute. */
const retryOpenMs = 60_000;
/** [CLS] and [SEP] or the like: assumed when the model's files do not say what it adds. */
const defaultSpecialTokens = 2;

const settings = workerData as ThreadSettings;
trustAuthorities(settings.caCertificate);
const port = parentPort as NonNullable<typeof parentPort>;
const send = (message: FromThread): void => port.postMessage(message);

/** The pages that are being cut, and whether they were cancelled. */
const cancelled = new Map<number, boolean>();
/** The counts that the main thread was asked for. */
const pendingCounts = new Map<
  number,
  { resolve: (tokens: number) => void; reject: (error: Error) => void }
>();
let lastCount = 0;

let tokenizer: Promise<ModelTokenizer | undefined> = open();

async function open(): Promise<ModelTokenizer | undefined> {
  const { made, problems } = await findTokenizer(settings, createTokenizer);
  collectGarbage();
  send({ opened: { found: made !== undefined, problems, inputLimit: made?.inputLimit } });
  if (made === undefined)
    setTimeout(() => {
      tokenizer = open();
    }, retryOpenMs).unref();
  return made;
}

/**
 * Opening a large tokenizer leaves some 60 MB of parsed files, which an idle thread would never
 * free.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  collect({ type: 'major', flavor: 'last-resort' });
}

async function chunk(id: number, text: string, teiLimit: number | undefined): Promise<void> {
  cancelled.set(id, false);
  try {
    const found = await tokenizer;
    const size = await computeChunkSize(found, teiLimit);
    const chunks = await splitText(
      text,
      size,
      found ?? createEstimatingCounter(size.limit, countByTei),
      takeTurns(id),
    );
    send({ id, chunks: chunks.map(({ index: _index, text: _text, ...slice }) => slice) });
  } catch (error) {
    send({
      id,
      problem: describeError(error),
      fault: classify(error),
    });
  } finally {
    cancelled.delete(id);
  }
}

function classify(error: unknown): Fault {
  if (error instanceof CountError) return 'count';
  return error instanceof RangeError ? 'unfit' : 'other';
}

async function computeChunkSize(
  found: ModelTokenizer | undefined,
  teiLimit: number | undefined,
): Promise<ChunkSize> {
  const longest =
    Math.min(found?.inputLimit ?? Infinity, teiLimit ?? Infinity) -
    (found?.special ?? defaultSpecialTokens) -
    (await countInstruction(found));
  const limit = Math.max(1, Math.min(settings.maxChunkTokens, longest));
  return { limit, overlap: Math.min(settings.chunkOverlapTokens, Math.floor(limit / 2)) };
}

/** Tokens may be cut otherwise where the instruction and the chunk meet. */
const seamTokens = 2;

/** Without a tokenizer each character counts as a token, which is never too few. */
async function countInstruction(found: ModelTokenizer | undefined): Promise<number> {
  const { instruction = '' } = settings;
  if (instruction === '') return 0;
  return (found === undefined ? instruction.length : await found.ofText(instruction)) + seamTokens;
}

function takeTurns(id: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < turnMs) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
      if (cancelled.get(id)) throw new Error('cancelled');
    });
  };
}

function countByTei(text: string): Promise<number> {
  const count = ++lastCount;
  return new Promise((resolve, reject) => {
    pendingCounts.set(count, { resolve, reject });
    send({ count, text });
  });
}

class CountError extends Error {}

function settleCount({ count, tokens, problem }: Extract<ToThread, { count: number }>): void {
  const waiting = pendingCounts.get(count);
  pendingCounts.delete(count);
  if (tokens === undefined) waiting?.reject(new CountError(problem));
  else waiting?.resolve(tokens);
}

port.on('message', (message: ToThread) => {
  if ('text' in message) void chunk(message.id, message.text, message.teiLimit);
  else if ('cancel' in message) {
    if (cancelled.has(message.cancel)) cancelled.set(message.cancel, true);
  } else settleCount(message);
});
