import type { Report } from '../../healthchecks/verify.ts';
import { containersOf, healthOf, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { jsonOf, linesOf } from '../process.ts';
import { volumesIn } from './volumes.ts';
import type { VolumeRow } from './volumes.ts';

export interface ContainerRow {
  readonly container: string;
  readonly health: string;
  readonly restarts: number;
  readonly oomKilled: boolean;
  /** As `102MiB / 768MiB`. */
  readonly memory: string;
  readonly cpu: string;
  readonly image: string;
}
export interface GpuHostRow { readonly service: string; readonly ok: boolean; readonly latencyMs: number; readonly code: string | null; readonly target: string }
export interface QueueRow { readonly queue: string; readonly waiting: number; readonly active: number; readonly delayed: number; readonly failed: number; readonly paused: boolean }

export interface Seen {
  readonly containers: readonly ContainerRow[];
  /** Of the file system that each data volume lies on. */
  readonly volumes: readonly VolumeRow[];
  /** Empty when no healthy worker can be asked; the same holds for the queues. */
  readonly gpuHost: readonly GpuHostRow[];
  readonly queues: readonly QueueRow[];
}

/** One look at everything a stack runs, from the engine and from inside a worker, all at once. */
export async function lookAt(stack: string): Promise<Seen> {
  const containers = await containersOf(stack);
  const running = containers.filter(({ State }) => State.Status === 'running');
  const worker = containers.find((container) => nameOf(container).includes('_webhook-worker-') && healthOf(container) === 'healthy');
  const [usage, volumes, gpuHost, queues] = await Promise.all([
    usageOf(running.map(nameOf)),
    volumesIn(running),
    worker === undefined ? [] : gpuHostFrom(nameOf(worker)),
    worker === undefined ? [] : queuesFrom(nameOf(worker)),
  ]);
  const rows = containers.map((container): ContainerRow => ({
    container: nameOf(container),
    health: healthOf(container),
    restarts: container.RestartCount,
    oomKilled: container.State.OOMKilled,
    memory: usage.get(nameOf(container))?.MemUsage ?? '',
    cpu: usage.get(nameOf(container))?.CPUPerc ?? '',
    image: shortened(container.Config.Image),
  }));
  return { containers: rows, volumes, gpuHost, queues };
}

interface Usage { readonly Name: string; readonly MemUsage: string; readonly CPUPerc: string }

async function usageOf(names: readonly string[]): Promise<Map<string, Usage>> {
  if (names.length === 0) return new Map();
  const lines = await linesOf('docker', ['stats', '--no-stream', '--format', '{{json .}}', ...names]);
  return new Map(lines.map((line) => JSON.parse(line) as Usage).map((usage) => [usage.Name, usage]));
}

/** The digest of a pinned image says nothing to a reader of a table. */
function shortened(image: string): string {
  return image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1');
}

async function gpuHostFrom(worker: string): Promise<GpuHostRow[]> {
  const { checks } = await jsonOf<Report>('docker', ['exec', worker, 'node', 'worker/cli.ts', 'verify', '--report', '--no-canary']);
  return checks.filter(({ name }) => ['tei', 'qdrant', 'ollama'].includes(name)).map(({ name, ok, latencyMs, code, target }) => ({ service: name, ok, latencyMs, code, target }));
}

function queuesFrom(worker: string): Promise<QueueRow[]> {
  return jsonOf<QueueRow[]>('docker', ['exec', worker, 'node', 'worker/cli.ts', 'queue', 'counts', '--json']);
}
