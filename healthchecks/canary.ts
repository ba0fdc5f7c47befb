import { setTimeout as sleep } from 'node:timers/promises';

import { rejectOnAbort } from '../shared/abort.ts';
import { canaryHost, canarySource } from '../shared/canary.ts';
import { findCause } from '../shared/cause.ts';
import { HopError, removalStep, runSteps } from './hops.ts';
import type { Hop } from './hops.ts';
import type { CanaryPage, Pipeline } from './pipeline.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { singleTroubleCode } from './trouble-codes.ts';

export interface CanaryTarget {
  readonly pipeline: Pipeline;
  /** How long the document may take from its submission to being found by both searches. */
  readonly waitMs: number;
  /**
   * False while TEI or Qdrant is known to be away. Then its vectors are not waited for and count as
   * pending.
   */
  readonly vectorsExpected: boolean;
}

const pollMs = 100;
/** Once a second. */
const pollsOfPause = 10;

export const canary: Probe<CanaryTarget, readonly Hop[]> = {
  service: 'canary',
  question: 'is a document that goes in at the front really indexed, and found both ways?',
  // Only a last resort: `waitMs` ends the wait, and the removal after it has a limit of its own and
  // must not be cut off.
  timeLimitMs: 300_000,
  trouble: { ...singleTroubleCode('CANARY_REJECTED'), timeout: 'CANARY_NOT_INDEXED' },
  address: () => 'submit, index, search, remove',

  async ask({ pipeline, waitMs, vectorsExpected }, signal) {
    const { page, word, sentence } = createUniquePage();
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(waitMs)]);
    const within = <T>(work: Promise<T>): Promise<T> =>
      Promise.race([work, rejectOnAbort(timeout)]);
    const submission = pipeline.submit(page);
    let refused = false;
    submission.catch(() => (refused = true));

    const find = async (mode: 'keyword' | 'semantic', query: string) => {
      const results = await within(pipeline.search(query, mode));
      if (!results.some(({ url }) => url === page.url))
        throw new HopError('CANARY_NOT_FOUND', `${results.length} other results`);
    };
    const reach = async (part: 'keyword' | 'vectors', waiting: boolean) => {
      const { documentId } = await submission;
      await waitForPart(pipeline, documentId, part, waiting ? timeout : undefined);
    };
    const hops = await runSteps([
      { name: 'submit', code: 'CANARY_REJECTED', step: () => within(submission) },
      { name: 'keyword index', code: 'CANARY_NOT_INDEXED', step: () => reach('keyword', true) },
      { name: 'keyword search', code: 'CANARY_NOT_FOUND', step: () => find('keyword', word) },
      {
        name: 'vectors',
        code: 'CANARY_VECTORS_PENDING',
        step: () => reach('vectors', vectorsExpected),
      },
      { name: 'semantic search', code: 'CANARY_NOT_FOUND', step: () => find('semantic', sentence) },
    ]);
    // The document is removed whatever failed, unless its submission was refused.
    return refused ? hops : [...hops, await removalStep(pipeline, submission)];
  },

  judge(hops) {
    const way = hops
      .map(({ name, ok, latencyMs }) => `${name} ${ok ? '' : 'failed after '}${latencyMs} ms`)
      .join(', ');
    const failed = hops.filter(({ ok }) => !ok);
    // A deployment passes with a pause, and with no fault after it.
    const code = (failed.find((hop) => hop.code !== 'CANARY_PAUSED') ?? failed[0])?.code;
    if (code)
      return fail(code, failed.map(({ name, problem }) => `${name}: ${problem}`).join('; '), way);
    return pass(way);
  },
};

/**
 * Reads the document's state until the part is there; without a timeout it reads once.
 *
 * @throws HopError `CANARY_FAILED` when a worker failed on the document, `CANARY_PAUSED` when an
 *   operator has paused the queue: nobody takes it.
 * @throws Error When the part is not there in time, with the counts of the queues.
 */
async function waitForPart(
  pipeline: Pipeline,
  documentId: string,
  part: 'keyword' | 'vectors',
  timeout: AbortSignal | undefined,
): Promise<void> {
  for (let polls = 0; ; polls += 1) {
    const state = await Promise.race([
      pipeline.state(documentId),
      ...(timeout ? [rejectOnAbort(timeout)] : []),
    ]);
    if (state[part]) return;
    if (state.failed)
      throw new HopError('CANARY_FAILED', `${state.failed.code}: ${state.failed.reason}`);
    if (!timeout) throw new Error('waits for the embedding server and Qdrant');
    const asksForPause = polls % pollsOfPause === 0;
    if (asksForPause && (await Promise.race([pipeline.isPaused(), rejectOnAbort(timeout)])))
      throw new HopError('CANARY_PAUSED', 'the queue is paused by an operator');
    await sleep(pollMs, undefined, { signal: timeout }).catch(async () => {
      throw new Error(`not there in time; ${await describeQueues(pipeline)}`);
    });
  }
}

async function describeQueues(pipeline: Pipeline): Promise<string> {
  try {
    const counts = Object.entries(
      await Promise.race([pipeline.queueCounts(), rejectOnAbort(AbortSignal.timeout(2_000))]),
    );
    return counts
      .map(
        ([name, { waiting, active, paused }]) =>
          `${name}: ${waiting} waiting, ${active} active${paused ? ', paused' : ''}`,
      )
      .join('; ');
  } catch (error) {
    return `the queues cannot be counted: ${findCause(error).message}`;
  }
}

/**
 * A page with a word that no other page has. The word is made of letters and has an ending that no
 * stemmer changes, so the keyword index keeps it as one token.
 */
function createUniquePage(): { page: CanaryPage; word: string; sentence: string } {
  const id = crypto.randomUUID();
  const letters = id
    .replaceAll('-', '')
    .replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
  const word = `canary${letters}x`;
  const sentence = `The canary ${word} flew through the whole mine and came back singing.`;
  const page = {
    url: `https://${canaryHost}/${id}`,
    title: `Canary ${word}`,
    markdown: `# Canary ${word}\n\n${sentence}\n`,
    language: 'en',
    source: canarySource,
  };
  return { page, word, sentence };
}
