/** A stage of this worker at one moment. */
export interface StageSnapshot {
  readonly nowMs: number;
  /** Jobs waiting in its queue. */
  readonly waiting: number;
  /** Whether the operator has paused the queue. */
  readonly paused: boolean;
  /** Active jobs of the queue in all workers. */
  readonly active: number;
  /** How many there may be; null for as many as they can. */
  readonly limit: number | null;
  /** A service that the stage needs is away. */
  readonly circuitOpen: boolean;
  /** Active jobs in this process. */
  readonly activeHere: number;
  /** How many there may be. */
  readonly concurrency: number;
  /** When this process last took or ended a job of the stage; at first, when it started. */
  readonly lastActivityMs: number;
  /**
   * How much later than planned this moment is. A process that was stopped, whose event loop was
   * blocked, or that had no Redis, could not have taken a job.
   */
  readonly lateMs: number;
}

/** Why it is right to take no job; undefined when this worker should take one. */
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

/** A delay of more than this is no garbage collection. */
const sleepThresholdMs = 2_000;

/**
 * @param before what it returned for the snapshot before
 * @returns since when every snapshot shows that the stage should have taken a job and did not, in
 *   milliseconds; undefined while it is right to take none
 */
export function idleSince(before: number | undefined, snapshot: StageSnapshot): number | undefined {
  if (idleReason(snapshot) !== undefined) return undefined;
  if (before === undefined || snapshot.lateMs > sleepThresholdMs) return snapshot.nowMs;
  return Math.max(before, snapshot.lastActivityMs);
}
