import { rejectOnAbort } from '../shared/abort.ts';
import { findCause } from '../shared/cause.ts';
import { codes } from '../shared/codes.ts';
import type { Code } from '../shared/codes.ts';
import { collectSecrets, redact } from '../shared/redaction.ts';
import type { TroubleCodes } from './trouble-codes.ts';

/**
 * One question to one service. A probe asks once: its caller repeats it, and decides what a failure
 * means for a deployment.
 */
export interface Probe<Target, Found> {
  readonly service: string;
  /** The property that matters, not whether the port is open. */
  readonly question: string;
  readonly timeLimitMs: number;
  /** The codes of a conversation that failed; a wrong answer gets its code from `judge`. */
  readonly trouble: TroubleCodes;
  /** Where the question goes, without a password. */
  address(target: Target): string;
  /** Does the I/O and judges nothing. It closes what it opens, also when `signal` aborts. */
  ask(target: Target, signal: AbortSignal): Promise<Found>;
  /** A pure function of what was found. */
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
  /** What was found, with the message of the service where it sent one. */
  readonly problem: string;
  readonly tried: string;
  /** What a person should look at next. */
  readonly check: string;
}

/** One line of the report. Its keys are always the same, so that scripts need no special case. */
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
 * A verdict with the catalogue's advice, so that the report, the logs and `./pulse explain` say the
 * same.
 */
export function fail(code: Code, problem: string, tried: string = codes[code].tried): Fault {
  return { ok: false, code, problem, tried, check: codes[code].check };
}

/** Asks a probe's question within its time limit and judges the answer. */
export async function runProbe<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
): Promise<Check> {
  return (await runProbeWithFindings(probe, target)).check;
}

/** As `runProbe`, and also returns what was found, for a caller that shows it. */
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

/** The race enforces the limit for libraries that do not look at the signal. */
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

/** The line of the report for a verdict, with the target's secrets removed. */
export function buildCheck<Target, Found>(
  probe: Probe<Target, Found>,
  target: Target,
  verdict: Verdict,
  latencyMs: number,
): Check {
  const secrets = collectSecrets(target);
  const clean = (text: string) => redact(secrets, text);
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
