import { heartbeatFreshSeconds } from '../../shared/heartbeat.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import type { LiveWorker } from '../queue/heartbeats.ts';
import type { QueueCounts } from './counts.ts';
import type { Suspect } from './suspects.ts';

/** Everything that can keep documents waiting, at one moment. */
export interface QueueSnapshot {
  readonly nowMs: number;
  readonly queues: Readonly<Record<QueueName, QueueCounts>>;
  readonly workers: readonly Pick<LiveWorker, 'name' | 'consuming' | 'heartbeatAt' | 'holdsBack'>[];
  /** Set while a service that embedding needs is away. */
  readonly away:
    | { readonly since: Date; readonly code: string; readonly reason: string }
    | undefined;
  readonly suspects: readonly Suspect[];
}

/** Whether documents move on, and why. Its fields are JSON output. */
export interface MovementReport {
  /** Work goes on, or there is none. */
  readonly moving: boolean;
  /** One sentence. */
  readonly reason: string;
  readonly code: string | null;
}

/** @returns the first cause that holds, in the order in which a person would repair them */
export function explainStandstill(snapshot: QueueSnapshot): MovementReport {
  return (
    [nothingToDo, paused, noWorker, noneTakesJobs, serviceAway, suspect, limitReached, backingOff]
      .map((cause) => cause(snapshot))
      .find((report) => report !== undefined) ?? moves(snapshot)
  );
}

type CountedState = 'waiting' | 'active' | 'delayed' | 'failed';

/** Sums over both queues and the states. */
function total({ queues }: QueueSnapshot, ...states: CountedState[]): number {
  return states.reduce((sum, key) => sum + queues.indexing[key] + queues.embedding[key], 0);
}

function liveWorkers({ workers, nowMs }: QueueSnapshot): QueueSnapshot['workers'] {
  const oldestMs = nowMs - heartbeatFreshSeconds * 1_000;
  return workers.filter(({ heartbeatAt }) => heartbeatAt.getTime() >= oldestMs);
}

function queueNamesOf({ queues }: QueueSnapshot): QueueName[] {
  return Object.keys(queues) as QueueName[];
}

function notMoving(reason: string, code: string | null = null): MovementReport {
  return { moving: false, reason, code };
}

function nothingToDo(snapshot: QueueSnapshot): MovementReport | undefined {
  if (total(snapshot, 'waiting', 'active', 'delayed') > 0) return undefined;
  const failed = total(snapshot, 'failed');
  const failures = failed === 0 ? '' : `; ${failed} failed (./pulse queue list failed)`;
  return { moving: true, reason: `Nothing waits${failures}.`, code: null };
}

function paused(snapshot: QueueSnapshot): MovementReport | undefined {
  const names = queueNamesOf(snapshot).filter((name) => snapshot.queues[name].paused);
  if (names.length === 0) return undefined;
  return notMoving(`The operator has paused ${names.join(' and ')}: ./pulse queue resume.`);
}

function noWorker(snapshot: QueueSnapshot): MovementReport | undefined {
  if (liveWorkers(snapshot).length > 0) return undefined;
  const waiting = total(snapshot, 'waiting', 'delayed');
  return notMoving(
    `No worker is alive while ${waiting} documents wait: ./pulse status.`,
    'WORKERS_MISSING',
  );
}

function noneTakesJobs(snapshot: QueueSnapshot): MovementReport | undefined {
  const alive = liveWorkers(snapshot);
  if (alive.some(({ consuming }) => consuming)) return undefined;
  const names = alive.map(({ name }) => name).join(', ');
  return notMoving(
    `None of the ${alive.length} living workers takes jobs: ${names} (./pulse logs).`,
    'WORKER_STUCK',
  );
}

/**
 * Only when embedding is all that waits, because the first stage needs no GPU host; and only when
 * every worker holds back, because none does while the local TEI embeds.
 */
function serviceAway(snapshot: QueueSnapshot): MovementReport | undefined {
  const { away, queues } = snapshot;
  const { indexing, embedding } = queues;
  const onlyEmbeddingWaits =
    indexing.waiting + indexing.active === 0 &&
    embedding.waiting + embedding.delayed + embedding.active > 0;
  const allHoldBack = liveWorkers(snapshot).every(({ holdsBack }) =>
    holdsBack.includes('embedding'),
  );
  if (away === undefined || !onlyEmbeddingWaits || !allHoldBack) return undefined;
  const { since, code, reason } = away;
  return notMoving(
    `The circuit is open since ${since.toISOString()}: embedding waits for a service that is ` +
      `away, and goes on by itself (${code}: ${reason}).`,
    code,
  );
}

function suspect({ suspects: [first] }: QueueSnapshot): MovementReport | undefined {
  if (first === undefined) return undefined;
  return notMoving(
    `A document has killed its worker ${first.deaths} time(s) and is tried alone, ` +
      `while the other jobs of that worker wait: ${first.url}.`,
    'INDEXING_POISON',
  );
}

function limitReached(snapshot: QueueSnapshot): MovementReport | undefined {
  for (const name of queueNamesOf(snapshot)) {
    const { waiting, active, limit } = snapshot.queues[name];
    if (waiting === 0 || limit === null || active < limit) continue;
    const reason =
      `All ${limit} jobs of ${name} that all workers together may work on are in hand, ` +
      `and ${waiting} wait for them: ./pulse queue concurrency.`;
    return { moving: true, reason, code: null };
  }
  return undefined;
}

function backingOff(snapshot: QueueSnapshot): MovementReport | undefined {
  if (total(snapshot, 'waiting', 'active') > 0) return undefined;
  return notMoving(
    `All ${total(snapshot, 'delayed')} documents wait out the time after a failure, ` +
      'and go on by themselves: ./pulse queue list delayed.',
  );
}

function moves(snapshot: QueueSnapshot): MovementReport {
  const taking = liveWorkers(snapshot).filter(({ consuming }) => consuming).length;
  const reason =
    `It moves: ${total(snapshot, 'active')} active, ${total(snapshot, 'waiting')} waiting, ` +
    `${taking} worker(s) take jobs.`;
  return { moving: true, reason, code: null };
}
