import { writeFile } from 'node:fs/promises';

import type { Worker } from 'bullmq';

import { heartbeatEverySeconds, heartbeatFreshSeconds } from '../healthchecks/heartbeat.ts';
import { workerKeyPrefix } from '../healthchecks/names.ts';
import type { Services } from './services.ts';

/** What one look at a stage shows. */
export interface Consumption {
  readonly nowMs: number;
  /** Since when every look has found jobs waiting; undefined when the last found none. */
  readonly waitingSinceMs: number | undefined;
  /** When this process last took or finished a job, or started. */
  readonly lastActivityMs: number;
  readonly activeHere: number;
  readonly concurrency: number;
  readonly paused: boolean;
}

/** An idle worker takes a waiting job within milliseconds; others may be quicker for a while, not for as long as this. */
export const stuckAfterMs = 45_000;
/** A worker that stays stuck ends itself, because Docker restarts what exits and never what is unhealthy. */
export const endAfterMs = 100_000;

/** How long a stage has been idle although it should work; 0 when not taking jobs is right. */
export function idleWhileWaitingMs(seen: Consumption): number {
  if (seen.paused || seen.waitingSinceMs === undefined || seen.activeHere >= seen.concurrency) return 0;
  return Math.max(0, seen.nowMs - Math.max(seen.waitingSinceMs, seen.lastActivityMs));
}

interface Watched { readonly worker: Worker; lastActivityMs: number; activeHere: number; waitingSinceMs: number | undefined }

/** Tells, every two seconds, Docker (a file) and the other side (a key that expires) that this worker takes jobs. */
export function startHeartbeat(services: Services, workers: readonly Worker[], settings: { workerName: string; heartbeatFile: string }, onWedged: () => void): () => void {
  const startedAt = new Date().toISOString();
  const watched = workers.map((worker): Watched => {
    const one: Watched = { worker, lastActivityMs: Date.now(), activeHere: 0, waitingSinceMs: undefined };
    const moved = (difference: number) => () => { one.lastActivityMs = Date.now(); one.activeHere += difference; };
    worker.on('active', moved(+1));
    worker.on('completed', moved(-1));
    worker.on('failed', (job) => { if (job !== undefined) moved(-1)(); });
    worker.on('ready', () => { one.activeHere = 0; });
    return one;
  });

  const beat = async (): Promise<void> => {
    const counts = await services.queues.counts();
    const nowMs = Date.now();
    const idle = Math.max(...watched.map((one) => {
      const { waiting, paused } = counts[one.worker.name as keyof typeof counts];
      one.waitingSinceMs = waiting > 0 ? one.waitingSinceMs ?? nowMs : undefined;
      return idleWhileWaitingMs({ nowMs, waitingSinceMs: one.waitingSinceMs, lastActivityMs: one.lastActivityMs, activeHere: one.activeHere, concurrency: one.worker.opts.concurrency ?? 1, paused: paused || one.worker.isPaused() });
    }));
    const consuming = idle < stuckAfterMs && workers.every((worker) => worker.isRunning() || worker.isPaused());
    const sighting = { name: settings.workerName, pid: process.pid, startedAt, heartbeatAt: new Date(nowMs).toISOString(), consuming };
    await services.queues.redis.set(`${workerKeyPrefix}${settings.workerName}`, JSON.stringify(sighting), 'EX', heartbeatFreshSeconds);
    if (consuming) await writeFile(settings.heartbeatFile, sighting.heartbeatAt);
    if (idle >= endAfterMs) onWedged();
  };
  // Without Redis no job can be taken: the beat fails, the file grows old, and that is what health should say.
  const tick = (): void => void beat().catch((error: unknown) => services.log.warn({ err: error }, 'no heartbeat'));
  tick();
  const timer = setInterval(tick, heartbeatEverySeconds * 1000);
  return () => clearInterval(timer);
}
