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

/** Looks at containers of this machine's engine for a time, every five seconds. */
export async function watch(
  containers: readonly Container[],
  lastingMs: number,
): Promise<Map<string, Use>> {
  const untilMs = performance.now() + lastingMs;
  const samples = new Map<string, Sample[]>(containers.map(({ name }) => [name, []]));
  for (;;) {
    await Promise.all(
      containers.map(async ({ id, name }) => {
        samples.get(name)?.push(await takeSample(id));
      }),
    );
    if (performance.now() >= untilMs) break;
    await pause(everyMs);
  }
  return new Map([...samples].map(([name, taken]) => [name, describe(taken)]));
}

function describe(samples: readonly Sample[]): Use {
  const memory = samples.map(({ memoryMiB }) => memoryMiB);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was looked at');
  const tookMs = last.atMs - first.atMs;
  return {
    medianMiB: median(memory),
    mostMiB: Math.max(...memory),
    corePercent: (100 * (last.processorNs - first.processorNs)) / 1e6 / tookMs,
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
