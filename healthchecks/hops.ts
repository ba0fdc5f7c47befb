import { rejectOnAbort } from '../shared/abort.ts';
import { findCause } from '../shared/cause.ts';
import type { Code } from '../shared/codes.ts';
import type { Pipeline } from './pipeline.ts';

/** One step of the canary, with its result and time. */
export interface Hop {
  readonly name: string;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly code: Code | null;
  readonly problem: string | null;
}

/**
 * A step succeeds by returning. What it throws is its problem; the problem's code is the step's own
 * unless a `HopError` names another.
 */
export interface Step {
  readonly name: string;
  readonly code: Code;
  readonly step: () => Promise<unknown>;
}

/** A problem with another code than that of its step. */
export class HopError extends Error {
  readonly code: Code;

  constructor(code: Code, problem: string) {
    super(problem);
    this.code = code;
  }
}

/** Three stores delete one small document in milliseconds; after this time one of them hangs. */
const removalLimitMs = 10_000;

/** Runs the steps in order and stops after the first that fails. */
export async function runSteps(steps: readonly Step[]): Promise<readonly Hop[]> {
  const hops: Hop[] = [];
  for (const step of steps) {
    const hop = await runStep(step);
    hops.push(hop);
    if (!hop.ok) break;
  }
  return hops;
}

/**
 * Removes the canary's document. It waits for the submission first, which may store the document
 * after the canary has stopped waiting for it.
 */
export function removalStep(
  pipeline: Pipeline,
  submission: Promise<{ documentId: string }>,
): Promise<Hop> {
  const removal = submission.then(({ documentId }) => pipeline.remove(documentId));
  const step = () => Promise.race([removal, rejectOnAbort(AbortSignal.timeout(removalLimitMs))]);
  return runStep({ name: 'remove', code: 'CANARY_LEFT_BEHIND', step });
}

async function runStep({ name, code, step }: Step): Promise<Hop> {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  try {
    await step();
    return { name, ok: true, latencyMs: since(), code: null, problem: null };
  } catch (error) {
    const problem = error instanceof HopError ? error.message : findCause(error).message;
    return {
      name,
      ok: false,
      latencyMs: since(),
      code: error instanceof HopError ? error.code : code,
      problem,
    };
  }
}
