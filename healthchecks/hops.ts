import { rejectOnAbort } from '../shared/abort.ts';
import { findCause } from '../shared/cause.ts';
import type { Code } from '../shared/codes.ts';
import type { Pipeline } from './pipeline.ts';

/** One stage of the canary's way, timed. */
export interface Hop {
  readonly name: string;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly code: Code | null;
  readonly problem: string | null;
}

/**
 * A stage ends well by returning; what it throws is its problem, under its code unless it throws a
 * `HopFault`.
 */
export interface Step {
  readonly name: string;
  readonly code: Code;
  readonly step: () => Promise<unknown>;
}

export class HopError extends Error {
  readonly code: Code;

  constructor(code: Code, problem: string) {
    super(problem);
    this.code = code;
  }
}

/** Three stores delete one small document in milliseconds; longer means that one of them hangs. */
const removalLimitMs = 10_000;

/** Walks the stages in order and ends with the first that fails. */
export async function runSteps(stages: readonly Step[]): Promise<readonly Hop[]> {
  const hops: Hop[] = [];
  for (const stage of stages) {
    const hop = await timed(stage);
    hops.push(hop);
    if (!hop.ok) break;
  }
  return hops;
}

/**
 * Waits for the submission too: one that outlasted everybody's patience may still have stored the
 * document.
 */
export function removalStep(
  pipeline: Pipeline,
  submission: Promise<{ documentId: string }>,
): Promise<Hop> {
  const removal = submission.then(({ documentId }) => pipeline.remove(documentId));
  const step = () => Promise.race([removal, rejectOnAbort(AbortSignal.timeout(removalLimitMs))]);
  return timed({ name: 'remove', code: 'CANARY_LEFT_BEHIND', step });
}

async function timed({ name, code, step }: Step): Promise<Hop> {
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
