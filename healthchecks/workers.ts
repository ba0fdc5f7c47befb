import { heartbeatFreshSeconds } from '../shared/heartbeat.ts';
import type { Pipeline, WorkerHeartbeat } from './pipeline.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
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
  // A few reads from Redis, which has just answered its own probe.
  timeLimitMs: 5_000,
  trouble: singleTroubleCode('WORKERS_UNKNOWN'),
  address: ({ expected }) => `${expected} expected`,

  async ask({ pipeline }) {
    return { heartbeats: await pipeline.workers(), nowMs: Date.now() };
  },

  judge({ heartbeats, nowMs }, { expected }) {
    const states = new Map(
      heartbeats.map((heartbeat) => [heartbeat.name, describeState(heartbeat, nowMs)]),
    );
    const live = [...states].filter(([, is]) => is === takesJobs).map(([name]) => name);
    // More than declared is no fault: during an update old and new workers run side by side.
    if (live.length >= expected) return pass(`${live.length} take jobs: ${live.sort().join(', ')}`);
    const others = [...states]
      .filter(([, is]) => is !== takesJobs)
      .map(([name, is]) => `${name} ${is}`);
    // Workers that are there and take no jobs need another repair than workers that are gone.
    const idle = [...states.values()].filter((is) => is === takesNone).length;
    return fail(
      live.length + idle >= expected ? 'WORKERS_IDLE' : 'WORKERS_MISSING',
      [`${live.length} of ${expected} workers take jobs`, ...others].join('; '),
    );
  },
};

const takesJobs = 'takes jobs';
const takesNone = 'is up and takes none';

function describeState({ consuming, heartbeatAt }: WorkerHeartbeat, nowMs: number): string {
  const ageSeconds = Math.round((nowMs - heartbeatAt.getTime()) / 1000);
  if (ageSeconds > heartbeatFreshSeconds) return `last seen ${ageSeconds} s ago`;
  return consuming ? takesJobs : takesNone;
}
