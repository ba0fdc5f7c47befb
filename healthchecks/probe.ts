import { rejectOnAbort } from '../shared/abort.ts';
import { findCause } from '../shared/cause.ts';
import { codes, type Code } from '../shared/codes.ts';
import { collectSecrets, redact } from '../shared/redaction.ts';
import type { TroubleCodes } from './trouble-codes.ts';

/**
 * One question to one service. It asks once; repeating and deciding what a failure means to a
 * deploy belong to the caller.
 */
export interface Probe<Target, Found> {
  readonly service: string;
  /** The property that matters, not "is the port open". */
  readonly question: string;
  readonly timeLimitMs: number;
  /** What a failed conversation is called; a wrong answer gets its code from `judge`. */
  readonly trouble: TroubleCodes;
  /** Where the question goes, fit to be shown: no password in it. */
  address(target: Target): string;
  /** I/O only. Everything it opens it closes, also when `signal` fires. */
  ask(target: Target, signal: AbortSignal): Promise<Found>;
  /** Pure. */
  judge(found: Found, target: Target): Verdict;
}

export type Verdict = Good | Fault;

export interface Good {
  readonly ok: true;
  readonly evidence: string;
}

export interface Fault {
  readonly ok: false;
  readonly code: Code;
  /** What was found, in the other side's words where it said something. */
  readonly problem: string;
  readonly tried: string;
  /** The next thing a person should look at. */
  readonly check: string;
}

/**
 * One line of the report. Its keys are the same whatever came out, so that scripts need no special
 * case.
 */
export interface Check {
  readonly name: string;
  readonly target: string;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly code: Code | null;
  readonly problem: string | null;
  readonly tried: string | null;
  readonly check: string | null;
  readonly evidence: string | null;
}

export function pass(evidence: string): Good {
  return { ok: true, evidence };
}

/**
 * What to check comes from the catalogue, so that the table, the logs and `./pulse explain` say the
 * same.
 */
export function fail(code: Code, problem: string, tried: string = codes[code].tried): Fault {
  return { ok: false, code, problem, tried, check: codes[code].check };
}

export async function runProbe<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
): Promise<Check> {
  return (await runProbeWithFindings(probe, target)).check;
}

/** As `runProbe`, and hands on what was found for a caller that shows more of it than the verdict. */
export async function runProbeWithFindings<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
): Promise<{ check: Check; found: Found | undefined }> {
  const began = performance.now();
  const answer = await askInTime(probe, target);
  const latencyMs = Math.round(performance.now() - began);
  const verdict =
    'found' in answer
      ? probe.judge(answer.found, target)
      : conversationFault(probe, target, answer.error, latencyMs);
  return {
    check: buildCheck(probe, target, verdict, latencyMs),
    found: 'found' in answer ? answer.found : undefined,
  };
}

/**
 * The race is what makes the limit hold: a library that never looks at the signal cannot hang the
 * report.
 */
async function askInTime<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
): Promise<{ found: Found } | { error: unknown }> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new DOMException(`no answer in ${probe.timeLimitMs} ms`, 'TimeoutError')),
    probe.timeLimitMs,
  );
  try {
    return {
      found: await Promise.race([probe.ask(target, limit.signal), rejectOnAbort(limit.signal)]),
    };
  } catch (error) {
    return { error: limit.signal.aborted ? limit.signal.reason : error };
  } finally {
    clearTimeout(timer);
  }
}

function conversationFault<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
  error: unknown,
  afterMs: number,
): Fault {
  const cause = findCause(error);
  const tried = `${probe.address(target)}: ${cause.kind} after ${afterMs} ms`;
  return fail(probe.trouble[cause.trouble], cause.message, tried);
}

export function buildCheck<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
  verdict: Verdict,
  latencyMs: number,
): Check {
  const secrets = collectSecrets(target);
  const clean = (words: string) => redact(secrets, words);
  const common = {
    name: probe.service,
    target: clean(probe.address(target)),
    ok: verdict.ok,
    latencyMs,
  };
  if (verdict.ok)
    return {
      ...common,
      code: null,
      problem: null,
      tried: null,
      check: null,
      evidence: clean(verdict.evidence),
    };
  const { code, problem, tried, check } = verdict;
  return { ...common, code, problem: clean(problem), tried: clean(tried), check, evidence: null };
}
