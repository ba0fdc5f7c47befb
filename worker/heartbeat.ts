import { writeFile } from 'node:fs/promises';

import { Redis } from 'ioredis';

import { findCause } from '../shared/cause.ts';
import { heartbeatEverySeconds, heartbeatFreshSeconds } from '../shared/heartbeat.ts';
import type { QueueName } from '../shared/queue-names.ts';
import type { Logger } from './logs.ts';
import { readMemory } from './memory.ts';
import type { MemoryUse } from './memory.ts';
import { heartbeatKey, recordStart } from './queue/heartbeats.ts';
import type { HeartbeatRecord } from './queue/heartbeats.ts';
import type { Counts, Queues } from './queue/queues.ts';
import type { RunningStage } from './queue/stages.ts';
import { idleSince } from './stuck.ts';

const everyMs = heartbeatEverySeconds * 1_000;

export interface HeartbeatSettings {
  readonly redisUrl: string;
  readonly workerName: string;
  readonly heartbeatFile: string;
  readonly stuckAfterMs: number;
  readonly wedgedAfterMs: number;
}

export interface HeartbeatOptions {
  readonly queues: Queues;
  readonly log: Logger;
  readonly settings: HeartbeatSettings;
  readonly stages: readonly RunningStage[];
  /** Whether this worker takes no jobs of a queue, because a service that they need is away. */
  readonly holdsBack: (queue: QueueName) => boolean;
  /** Called when this worker takes no jobs and will not recover. */
  readonly onWedged: (why: string) => void;
}

/**
 * Reports every two seconds that this worker takes jobs: to Docker by a file, to everybody else by
 * a key in Redis that expires.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #startedAt = new Date();
  /** Set once Redis has taken this start. */
  #countStarts: (() => number) | undefined;
  readonly #idleSince = new Map<QueueName, number | undefined>();
  readonly #timer: NodeJS.Timeout;
  /** When the next heartbeat is due: one interval after the last that reached Redis. */
  #dueMs = Date.now();
  /** Since when heartbeats fail although Redis answers new connections. */
  #brokenSinceMs: number | undefined;
  #isBeating = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), everyMs);
    this.#tick();
  }

  /** Ends the heartbeat and removes the key, because this worker takes no more jobs. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.queues.redis.del(heartbeatKey(this.#options.settings.workerName));
  }

  #tick(): void {
    if (this.#isBeating) return;
    this.#isBeating = true;
    void this.#beat()
      .then(
        () => {
          this.#dueMs = Date.now() + everyMs;
          this.#brokenSinceMs = undefined;
        },
        (error: unknown) => this.#onMissed(error),
      )
      .finally(() => {
        this.#isBeating = false;
      });
  }

  async #beat(): Promise<void> {
    const { queues, settings, stages, holdsBack, onWedged } = this.#options;
    this.#countStarts ??= await recordStart(
      queues.redis,
      settings.workerName,
      this.#startedAt.getTime(),
    );
    const [counts, memory] = await Promise.all([queues.counts(), readMemory()]);
    // Asked during an outage, they come after it.
    const nowMs = Date.now();
    const lateMs = nowMs - this.#dueMs;
    const idleMs = Math.max(
      ...stages.map((stage) => this.#idleMs(stage, counts[stage.name], nowMs, lateMs)),
    );
    const consuming =
      idleMs < settings.stuckAfterMs &&
      stages.every(({ name, worker }) => worker.isRunning() || holdsBack(name));
    const starts15m = this.#countStarts();
    const record = { ...this.#describe(nowMs, consuming), ...memory, starts15m };
    await queues.redis.set(
      heartbeatKey(settings.workerName),
      JSON.stringify(record),
      'EX',
      heartbeatFreshSeconds,
    );
    if (consuming) await writeFile(settings.heartbeatFile, record.heartbeatAt);
    if (idleMs >= settings.wedgedAfterMs)
      onWedged(`jobs wait and this worker has taken none for ${Math.round(idleMs / 1_000)} s`);
  }

  #describe(
    nowMs: number,
    consuming: boolean,
  ): Omit<HeartbeatRecord, 'starts15m' | keyof MemoryUse> {
    const { settings, stages, holdsBack } = this.#options;
    const active = Object.fromEntries(stages.map((stage) => [stage.name, stage.active]));
    return {
      name: settings.workerName,
      pid: process.pid,
      startedAt: this.#startedAt.toISOString(),
      heartbeatAt: new Date(nowMs).toISOString(),
      consuming,
      active: active as HeartbeatRecord['active'],
      holdsBack: stages.map(({ name }) => name).filter(holdsBack),
    };
  }

  /** @returns for how long the stage should have taken a job and did not */
  #idleMs(
    { name, worker, active: activeHere, lastActivityMs }: RunningStage,
    { waiting, paused, active, limit }: Counts,
    nowMs: number,
    lateMs: number,
  ): number {
    const since = idleSince(this.#idleSince.get(name), {
      nowMs,
      lateMs,
      waiting,
      paused,
      limit,
      active,
      circuitOpen: this.#options.holdsBack(name),
      activeHere,
      concurrency: worker.opts.concurrency ?? 1,
      lastActivityMs,
    });
    this.#idleSince.set(name, since);
    return since === undefined ? 0 : nowMs - since;
  }

  /**
   * Without Redis no job can be taken: the file grows old, and the container becomes unhealthy. A
   * worker whose own connection stays broken while Redis answers others has to be restarted. The
   * time in which Redis answers nobody does not count: after an outage the own connection needs a
   * moment longer than a new one. Nor does the time in which it answers, and refuses.
   */
  async #onMissed(error: unknown): Promise<void> {
    const { log, settings, onWedged } = this.#options;
    log.info({ err: error }, 'no heartbeat');
    const { kind } = findCause(error);
    const isAnswered = kind === 'error answer' || kind === 'login refused';
    if (isAnswered || !(await answersNewConnection(settings.redisUrl))) {
      this.#brokenSinceMs = undefined;
      return;
    }
    this.#brokenSinceMs ??= Date.now();
    const brokenMs = Date.now() - this.#brokenSinceMs;
    if (brokenMs < settings.wedgedAfterMs) return;
    const seconds = Math.round(brokenMs / 1_000);
    onWedged(`no heartbeat for ${seconds} s, although Redis answers a new connection`);
  }
}

async function answersNewConnection(redisUrl: string): Promise<boolean> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
  });
  // The answer to the ping says the same; without a listener the error would end the process.
  redis.on('error', () => undefined);
  try {
    await redis.ping();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
