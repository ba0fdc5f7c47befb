import type { Code } from '../../shared/codes.ts';
import { heartbeatFreshSeconds } from '../../shared/heartbeat.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import type { LiveWorker } from '../pipeline.ts';
import type { Counts } from '../queue/queues.ts';

/** What a look at everything shows. */
export interface QueueSnapshot {
  readonly nowMs: number;
  readonly queues: Readonly<Record<QueueName, Counts & { readonly failed: number }>>;
  readonly workers: readonly Pick<LiveWorker, 'name' | 'consuming' | 'heartbeatAt' | 'holdsBack'>[];
  /** A service that embedding needs is away. */
  readonly away:
    | { readonly since: Date; readonly code: string; readonly reason: string }
    | undefined;
  /** Documents whose worker died while it worked on them. */
  readonly suspects: readonly { readonly url: string; readonly deaths: number }[];
}

export interface MovementReport {
  /** Work goes on, or there is none. */
  readonly moving: boolean;
  /** One sentence. */
  readonly reason: string;
  readonly code: Code | string | null;
}

/** Why nothing moves: the first cause that holds, in the order in which a person would repair them. */
export function explainStandstill(seen: QueueSnapshot): MovementReport {
  return (
    [nothingToDo, paused, noWorker, noneTakesJobs, serviceAway, suspect, limitReached, backingOff]
      .map((cause) => cause(seen))
      .find((why) => why !== undefined) ?? moves(seen)
  );
}

const total = (
  { queues }: QueueSnapshot,
  key: 'waiting' | 'active' | 'delayed' | 'failed',
): number => queues.indexing[key] + queues.embedding[key];
const fresh = ({ workers, nowMs }: QueueSnapshot): QueueSnapshot['workers'] =>
  workers.filter(
    ({ heartbeatAt }) => nowMs - heartbeatAt.getTime() <= heartbeatFreshSeconds * 1_000,
  );
const notMoving = (reason: string, code: Code | string | null = null): MovementReport => ({
  moving: false,
  reason,
  code,
});

function nothingToDo(seen: QueueSnapshot): MovementReport | undefined {
  if (total(seen, 'waiting') + total(seen, 'active') + total(seen, 'delayed') > 0) return undefined;
  const failed = total(seen, 'failed');
  return {
    moving: true,
    reason: `Nothing waits${failed === 0 ? '' : `; ${failed} failed (./pulse queue list failed)`}.`,
    code: null,
  };
}

function paused({ queues }: QueueSnapshot): MovementReport | undefined {
  const names = (Object.keys(queues) as QueueName[]).filter((name) => queues[name].paused);
  return names.length === 0
    ? undefined
    : notMoving(`The operator has paused ${names.join(' and ')}: ./pulse queue resume.`);
}

function noWorker(seen: QueueSnapshot): MovementReport | undefined {
  return fresh(seen).length > 0
    ? undefined
    : notMoving(
        `No worker is alive while ${total(seen, 'waiting') + total(seen, 'delayed')} documents wait: ./pulse status.`,
        'WORKERS_MISSING',
      );
}

function noneTakesJobs(seen: QueueSnapshot): MovementReport | undefined {
  const alive = fresh(seen);
  return alive.some(({ consuming }) => consuming)
    ? undefined
    : notMoving(
        `None of the ${alive.length} living workers takes jobs: ${alive.map(({ name }) => name).join(', ')} (./pulse logs).`,
        'WORKER_STUCK',
      );
}

/**
 * Only when there is nothing else to do: the first stage needs no GPU host. And not while the local
 * TEI stands in: then nobody holds back.
 */
function serviceAway(seen: QueueSnapshot): MovementReport | undefined {
  const {
    away,
    queues: { indexing, embedding },
  } = seen;
  const onlyEmbeddingWaits =
    indexing.waiting + indexing.active === 0 &&
    embedding.waiting + embedding.delayed + embedding.active > 0;
  if (
    away === undefined ||
    !onlyEmbeddingWaits ||
    !fresh(seen).every(({ holdsBack }) => holdsBack.includes('embedding'))
  )
    return undefined;
  const { since, code, reason } = away;
  return notMoving(
    `The circuit is open since ${since.toISOString()}: embedding waits for a service that is away, and goes on by itself (${code}: ${reason}).`,
    code,
  );
}

function suspect({ suspects: [first] }: QueueSnapshot): MovementReport | undefined {
  return (
    first &&
    notMoving(
      `A document has killed its worker ${first.deaths} time(s) and is tried alone, while the other jobs of that worker wait: ${first.url}.`,
      'INDEXING_POISON',
    )
  );
}

function limitReached({ queues }: QueueSnapshot): MovementReport | undefined {
  const full = (Object.keys(queues) as QueueName[]).find(
    (name) =>
      queues[name].waiting > 0 &&
      queues[name].limit !== null &&
      queues[name].active >= (queues[name].limit as number),
  );
  return (
    full && {
      moving: true,
      reason: `All ${queues[full].limit} jobs of ${full} that all workers together may work on are in hand, and ${queues[full].waiting} wait for them: ./pulse queue concurrency.`,
      code: null,
    }
  );
}

function backingOff(seen: QueueSnapshot): MovementReport | undefined {
  if (total(seen, 'waiting') + total(seen, 'active') > 0) return undefined;
  return notMoving(
    `All ${total(seen, 'delayed')} documents wait out the time after a failure, and go on by themselves: ./pulse queue list delayed.`,
  );
}

function moves(seen: QueueSnapshot): MovementReport {
  const taking = fresh(seen).filter(({ consuming }) => consuming).length;
  return {
    moving: true,
    reason: `It moves: ${total(seen, 'active')} active, ${total(seen, 'waiting')} waiting, ${taking} worker(s) take jobs.`,
    code: null,
  };
}
