import type { Code } from '../../shared/codes.ts';

/** A circuit as people and other parts see it. */
export type CircuitState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open' | 'half-open';
      readonly since: Date;
      readonly code: Code;
      readonly reason: string;
    };

/** What all replicas know of a circuit that is not closed. Its JSON is stored in Redis. */
export interface OpenRecord {
  readonly kind: 'open' | 'half-open';
  /** When it opened, in ms since 1970. A failed trial call does not change it. */
  readonly since: number;
  readonly code: Code;
  readonly reason: string;
  /** Failed probes and trial calls since it opened. */
  readonly failures: number;
  /** The replica that may call while the circuit is half-open. */
  readonly trialBy?: string;
}

/** Failures in a row that open a circuit. */
export const failureThreshold = 3;

/** One failure with such a code opens the circuit: it took long, or repeating cannot help. */
export const immediateCodes: ReadonlySet<Code> = new Set<Code>([
  'TEI_TIMEOUT',
  'TEI_MODEL',
  'TEI_DIMENSION',
  'QDRANT_TIMEOUT',
  'QDRANT_MODEL',
  'QDRANT_DIMENSION',
  'QDRANT_DISTANCE',
]);

const firstProbeDelayMs = 1_000;
/** A service that is back is noticed within this time. */
const maxProbeDelayMs = 10_000;

/** @returns the state for people; undefined as a record means closed */
export function describeState(record: OpenRecord | undefined): CircuitState {
  if (record === undefined) return { kind: 'closed' };
  const { kind, since, code, reason } = record;
  return { kind, since: new Date(since), code, reason };
}

/** Whether `replica` may call the service. */
export function allowsCallsOf(replica: string, record: OpenRecord | undefined): boolean {
  return record === undefined || (record.kind === 'half-open' && record.trialBy === replica);
}

/** A failed call of this replica. */
export interface Failure {
  readonly code: Code;
  readonly reason: string;
  readonly nowMs: number;
  /** The call was the trial of a half-open circuit. */
  readonly isTrial: boolean;
  /** It is enough to open a closed circuit. */
  readonly opens: boolean;
}

/**
 * The record after a failed call.
 *
 * While half-open only the trial's own calls count: a call that began before the outage may fail
 * much later.
 *
 * @returns undefined when nothing changes
 */
export function recordFailure(
  before: OpenRecord | undefined,
  { code, reason, nowMs, isTrial, opens }: Failure,
): OpenRecord | undefined {
  if (before === undefined)
    return opens ? { kind: 'open', since: nowMs, code, reason, failures: 1 } : undefined;

  if (before.kind === 'open' || !isTrial) return undefined;
  return { kind: 'open', since: before.since, code, reason, failures: before.failures + 1 };
}

/** After a good probe: only `replica` may call, and its first call decides. */
export function startTrial(open: OpenRecord, replica: string): OpenRecord {
  return { ...open, kind: 'half-open', trialBy: replica };
}

/** After a failed probe. @param found what the probe says is wrong, if it says so */
export function recordFailedProbe(
  open: OpenRecord,
  found: { readonly code: Code; readonly reason: string } | undefined,
): OpenRecord {
  return { ...open, ...found, failures: open.failures + 1 };
}

/**
 * Time until the next probe: doubling from 1 s to 10 s, less up to a quarter, so that circuits that
 * opened together do not probe together.
 *
 * @param random from 0 to 1
 * @returns ms
 */
export function computeProbeDelayMs(failures: number, random = Math.random()): number {
  const delayMs = Math.min(maxProbeDelayMs, firstProbeDelayMs * 2 ** (failures - 1));
  return Math.round(delayMs * (0.75 + random / 4));
}
