/** What one look at a stage of this worker shows. */
export interface StageSnapshot {
  readonly nowMs: number;
  /** Jobs that wait in its queue. */
  readonly waiting: number;
  /** By the operator. */
  readonly paused: boolean;
  /** Jobs of the queue in all workers, and how many there may be; null for as many as they can. */
  readonly active: number;
  readonly limit: number | null;
  /** A service that the stage needs is away, and its circuit open. */
  readonly circuitOpen: boolean;
  /** Jobs in hand here, and how many there may be. */
  readonly activeHere: number;
  readonly concurrency: number;
  /** When this process last took or ended a job of the stage, or started. */
  readonly lastActivityMs: number;
  /**
   * How much later this look comes than it should: a process that was stopped, or whose event loop
   * was blocked, could not have taken a job.
   */
  readonly lateMs: number;
}

/** Why taking no job is right; undefined when this worker should take one. */
export type IdleReason =
  | 'nothing waits'
  | 'paused'
  | 'the limit of all workers is reached'
  | 'the circuit is open'
  | 'it has as many as it may'
  | undefined;

export function idleReason({
  waiting,
  paused,
  active,
  limit,
  circuitOpen,
  activeHere,
  concurrency,
}: StageSnapshot): IdleReason {
  if (waiting === 0) return 'nothing waits';
  if (paused) return 'paused';
  if (circuitOpen) return 'the circuit is open';
  if (limit !== null && active >= limit) return 'the limit of all workers is reached';
  if (activeHere >= concurrency) return 'it has as many as it may';
  return undefined;
}

/** Later than this is more than a garbage collection. */
const sleepThresholdMs = 2_000;

/**
 * Since when every look has found that the stage should have taken a job and did not; undefined
 * while resting is right.
 *
 * @param before what the last look came to
 */
export function idleSince(before: number | undefined, look: StageSnapshot): number | undefined {
  if (idleReason(look) !== undefined) return undefined;
  if (before === undefined || look.lateMs > sleepThresholdMs) return look.nowMs;
  return Math.max(before, look.lastActivityMs);
}
