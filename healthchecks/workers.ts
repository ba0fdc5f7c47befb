import { heartbeatFreshSeconds } from '../shared/heartbeat.ts';
import type { Pipeline, WorkerHeartbeat } from './pipeline.ts';
import { fail, pass, type Probe } from './probe.ts';
import { singleTroubleCode } from './trouble-codes.ts';

export interface WorkersTarget {
  readonly pipeline: Pick<Pipeline, 'workers'>;
  readonly expected: number;
}

export interface WorkersFound {
  readonly heartbeats: readonly WorkerHeartbeat[];
  readonly nowMs: number;
}

export const workers: Probe<WorkersTarget, WorkersFound> = {
  service: 'workers',
  question: 'do as many distinct workers take jobs as the stack declares?',
  // a handful of reads from Redis, which its own probe has just found answering
  timeLimitMs: 5_000,
  trouble: singleTroubleCode('WORKERS_UNKNOWN'),
  address: ({ expected }) => `${expected} expected`,

  async ask({ pipeline }) {
    return { heartbeats: await pipeline.workers(), nowMs: Date.now() };
  },

  judge({ heartbeats, nowMs }, { expected }) {
    const state = new Map(
      heartbeats.map((heartbeat) => [heartbeat.name, stateOf(heartbeat, nowMs)]),
    );
    const live = [...state].filter(([, is]) => is === 'takes jobs').map(([name]) => name);
    // more than declared is no fault: while an update rolls, old and new beat side by side
    if (live.length >= expected) return pass(`${live.length} take jobs: ${live.sort().join(', ')}`);
    const others = [...state]
      .filter(([, is]) => is !== 'takes jobs')
      .map(([name, is]) => `${name} ${is}`);
    // there are enough, and they do not work: that is repaired elsewhere than one that is gone
    const idle = [...state.values()].filter((is) => is === takesNone).length;
    return fail(
      live.length + idle >= expected ? 'WORKERS_IDLE' : 'WORKERS_MISSING',
      [`${live.length} of ${expected} workers take jobs`, ...others].join('; '),
    );
  },
};

const takesNone = 'is up and takes none';

function stateOf({ consuming, heartbeatAt }: WorkerHeartbeat, nowMs: number): string {
  const ageSeconds = Math.round((nowMs - heartbeatAt.getTime()) / 1000);
  if (ageSeconds > heartbeatFreshSeconds) return `last seen ${ageSeconds} s ago`;
  return consuming ? 'takes jobs' : takesNone;
}
