import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

import { defaultAddress } from '../../shared/docker-engine.ts';
import { median } from '../median.ts';

const everyMs = 5_000;
const MiB = 2 ** 20;

export interface Container {
  readonly id: string;
  readonly name: string;
}

/** What a container used in a time. */
export interface Use {
  /** Memory that counts against its limit, without the file cache that can be given back. */
  readonly medianMiB: number;
  readonly mostMiB: number;
  /** Of one core. */
  readonly corePercent: number;
  readonly writtenMiBAnHour: number;
}

interface Stats {
  readonly memory_stats: {
    readonly usage: number;
    readonly stats: Readonly<Record<string, number>>;
  };
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
}

interface Sample {
  readonly atMs: number;
  readonly memoryMiB: number;
  readonly processorNs: number;
}

/**
 * Looks at containers of this machine's engine for a time, every five seconds.
 *
 * Disk writes are those of the containers' processes, as /proc/<pid>/io has them: the block
 * controller of cgroup v1 counts none that go through the page cache. A process that begins and
 * ends between two looks is missed.
 */
export async function watch(
  containers: readonly Container[],
  lastingMs: number,
): Promise<Map<string, Use>> {
  const untilMs = performance.now() + lastingMs;
  const samples = new Map<string, Sample[]>(containers.map(({ name }) => [name, []]));
  const writes = new Map<string, Writes>(containers.map(({ name }) => [name, new Writes()]));
  for (;;) {
    await Promise.all(
      containers.map(async ({ id, name }) => {
        samples.get(name)?.push(await takeSample(id));
        await writes.get(name)?.look(id);
      }),
    );
    if (performance.now() >= untilMs) break;
    await pause(everyMs);
  }
  return new Map(
    containers.map(({ name }) => [name, describe(samples.get(name) ?? [], writes.get(name))]),
  );
}

function describe(samples: readonly Sample[], writes: Writes | undefined): Use {
  const memory = samples.map(({ memoryMiB }) => memoryMiB);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was looked at');
  const tookMs = last.atMs - first.atMs;
  return {
    medianMiB: median(memory),
    mostMiB: Math.max(...memory),
    corePercent: (100 * (last.processorNs - first.processorNs)) / 1e6 / tookMs,
    writtenMiBAnHour: ((writes?.bytes() ?? 0) / MiB / tookMs) * 3_600_000,
  };
}

async function takeSample(id: string): Promise<Sample> {
  const path = `/containers/${id}/stats?stream=false&one-shot=true`;
  const { memory_stats: memory, cpu_stats: processor } = (await ask(path)) as Stats;
  // cgroup v1 has both names; that of the whole container begins with `total_`.
  const cached = memory.stats['total_inactive_file'] ?? memory.stats['inactive_file'] ?? 0;
  return {
    atMs: performance.now(),
    memoryMiB: (memory.usage - cached) / MiB,
    processorNs: processor.cpu_usage.total_usage,
  };
}

/** What the processes of a container have written since the first look. */
class Writes {
  readonly #first = new Map<string, number>();
  readonly #last = new Map<string, number>();
  #looks = 0;

  async look(id: string): Promise<void> {
    const { Processes: rows } = (await ask(`/containers/${id}/top?ps_args=-eo%20pid`)) as {
      readonly Processes: readonly (readonly [string])[];
    };
    for (const [pid] of rows) {
      const bytes = await readWritten(pid);
      if (bytes === undefined) continue;
      // One that began later has written all of it since.
      if (!this.#first.has(pid)) this.#first.set(pid, this.#looks === 0 ? bytes : 0);
      this.#last.set(pid, bytes);
    }
    this.#looks += 1;
  }

  bytes(): number {
    return [...this.#last].reduce(
      (sum, [pid, bytes]) => sum + bytes - (this.#first.get(pid) ?? 0),
      0,
    );
  }
}

/** @returns undefined of a process that has ended */
async function readWritten(pid: string): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => undefined);
  const [, bytes] = /^write_bytes: (\d+)$/m.exec(text ?? '') ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}

async function ask(path: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  request({ socketPath: defaultAddress.replace('unix://', ''), path, host: 'docker' })
    .on('error', reject)
    .on('response', (response) => {
      json(response).then((body) => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${path}: ${response.statusCode}`));
      }, reject);
    })
    .end();
  return promise;
}
