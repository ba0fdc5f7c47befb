import { writeFile } from 'node:fs/promises';

import { Redis } from 'ioredis';

import { heartbeatEverySeconds, heartbeatFreshSeconds } from '../shared/heartbeat.ts';
import { workerKeyPrefix } from '../shared/queue-names.ts';
import type { QueueName } from '../shared/queue-names.ts';
import type { Counts } from './queue/queues.ts';
import type { RunningStage } from './queue/stages.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';
import { idleSince } from './stuck.ts';

/** What a worker says of itself at each beat. */
export interface HeartbeatRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly heartbeatAt: string;
  readonly consuming: boolean;
  readonly active: Readonly<Record<QueueName, number>>;
  /** Of which it takes no jobs now because a service they need is away. */
  readonly holdsBack: readonly QueueName[];
  /** Resident. */
  readonly memoryMiB: number;
}

const everyMs = heartbeatEverySeconds * 1_000;

type HeartbeatSettings = Pick<
  Settings,
  'redisUrl' | 'workerName' | 'heartbeatFile' | 'stuckAfterMs' | 'wedgedAfterMs'
>;

/**
 * Tells, every two seconds, Docker (a file) and the other side (a key that expires) that this
 * worker takes jobs.
 */
export class Heartbeat {
  readonly #services: Services;
  readonly #stages: readonly RunningStage[];
  readonly #settings: HeartbeatSettings;
  readonly #circuitOpen: (name: QueueName) => boolean;
  readonly #onWedged: (why: string) => void;
  readonly #startedAt = new Date().toISOString();
  readonly #idleSince = new Map<QueueName, number | undefined>();
  readonly #timer: NodeJS.Timeout;
  #dueMs = Date.now();
  #lastBeatMs = Date.now();
  #beating = false;

  constructor(
    services: Services,
    stages: readonly RunningStage[],
    settings: HeartbeatSettings,
    circuitOpen: (name: QueueName) => boolean,
    onWedged: (why: string) => void,
  ) {
    this.#services = services;
    this.#stages = stages;
    this.#settings = settings;
    this.#circuitOpen = circuitOpen;
    this.#onWedged = onWedged;
    this.#timer = setInterval(() => this.#tick(), everyMs);
    this.#tick();
  }

  /** Nobody shall count on a worker that stops. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#services.queues.redis.del(this.#key);
  }

  get #key(): string {
    return `${workerKeyPrefix}${this.#settings.workerName}`;
  }

  #tick(): void {
    const nowMs = Date.now();
    const lateMs = nowMs - this.#dueMs;
    this.#dueMs = nowMs + everyMs;
    if (this.#beating) return;
    this.#beating = true;
    void this.#beat(nowMs, lateMs)
      .then(
        () => {
          this.#lastBeatMs = Date.now();
        },
        (error: unknown) => this.#missed(error),
      )
      .finally(() => {
        this.#beating = false;
      });
  }

  async #beat(nowMs: number, lateMs: number): Promise<void> {
    const counts = await this.#services.queues.counts();
    const idleMs = Math.max(
      ...this.#stages.map((stage) => this.#idle(stage, counts[stage.name], nowMs, lateMs)),
    );
    const consuming =
      idleMs < this.#settings.stuckAfterMs &&
      this.#stages.every(({ name, worker }) => worker.isRunning() || this.#circuitOpen(name));
    const beat: HeartbeatRecord = {
      name: this.#settings.workerName,
      pid: process.pid,
      startedAt: this.#startedAt,
      heartbeatAt: new Date(nowMs).toISOString(),
      consuming,
      active: Object.fromEntries(
        this.#stages.map(({ name, active }) => [name, active]),
      ) as HeartbeatRecord['active'],
      holdsBack: this.#stages.map(({ name }) => name).filter(this.#circuitOpen),
      memoryMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    };
    await this.#services.queues.redis.set(
      this.#key,
      JSON.stringify(beat),
      'EX',
      heartbeatFreshSeconds,
    );
    if (consuming) await writeFile(this.#settings.heartbeatFile, beat.heartbeatAt);
    if (idleMs >= this.#settings.wedgedAfterMs)
      this.#onWedged(
        `jobs wait and this worker has taken none for ${Math.round(idleMs / 1_000)} s`,
      );
  }

  #idle(
    { name, worker, active, lastActivityMs }: RunningStage,
    { waiting, paused, active: everywhere, limit }: Counts,
    nowMs: number,
    lateMs: number,
  ): number {
    const since = idleSince(this.#idleSince.get(name), {
      nowMs,
      lateMs,
      waiting,
      paused,
      limit,
      active: everywhere,
      circuitOpen: this.#circuitOpen(name),
      activeHere: active,
      concurrency: worker.opts.concurrency ?? 1,
      lastActivityMs,
    });
    this.#idleSince.set(name, since);
    return since === undefined ? 0 : nowMs - since;
  }

  /** Without Redis no job can be taken: the file grows old, and that is what health should say. */
  async #missed(error: unknown): Promise<void> {
    const missedMs = Date.now() - this.#lastBeatMs;
    this.#services.log.info({ err: error }, 'no heartbeat');
    if (missedMs >= this.#settings.wedgedAfterMs && (await answersAnew(this.#settings.redisUrl))) {
      this.#onWedged(
        `no heartbeat for ${Math.round(missedMs / 1_000)} s, although Redis answers a new connection`,
      );
    }
  }
}

async function answersAnew(redisUrl: string): Promise<boolean> {
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
  });
  redis.on('error', () => undefined); // the answer says it
  return redis
    .ping()
    .then(
      () => true,
      () => false,
    )
    .finally(() => redis.disconnect());
}
