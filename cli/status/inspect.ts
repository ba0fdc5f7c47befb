import { prefixOf } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { findOverdue, readResults } from '../backup/results.ts';
import type { BackupRow } from '../backup/results.ts';
import { containersOf, healthOf, healthyWorker, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { captureLines } from '../process.ts';
import { declaredContainers } from '../state.ts';
import { askWorker } from './from-worker.ts';
import type { SeenByWorker } from './from-worker.ts';
import { inspectVolumes } from './volumes.ts';
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
export interface StackInspection extends SeenByWorker {
  /** A container that the last update declared and that does not exist has the health `missing`. */
  readonly containers: readonly ContainerRow[];
  /** Of the file system that each data volume lies on. */
  readonly volumes: readonly VolumeRow[];
  /** What came of the last backup and of the last drill. */
  readonly backups: readonly BackupRow[];
}

/**
 * Looks at everything that a stack runs, from the engine and from inside a worker, all at once.
 * What cannot be asked is listed under `unknown`; the rest is shown.
 */
export async function inspectStack(stack: string): Promise<StackInspection> {
  const [containers, declared] = await Promise.all([
    containersOf(stack),
    declaredContainers(stack),
  ]);
  const running = containers.filter(({ State }) => State.Status === 'running');
  const worker = healthyWorker(containers);
  const unknown: string[] = [];
  const orUnknown = async <T>(what: string, rows: Promise<T[]>): Promise<T[]> =>
    rows.catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      unknown.push(`${what}: ${error.message}`);
      return [];
    });
  if (worker === undefined && containers.length > 0)
    unknown.push(
      'GPU host, queues and tasks: no worker is healthy, and they are asked from inside one',
    );
  const hasPostgres = running.some((one) => nameOf(one) === `${prefixOf(stack)}_postgres`);
  const [usage, volumes, backups, inside] = await Promise.all([
    orUnknown('memory and CPU', usageOf(running.map(nameOf))),
    orUnknown('disk space', inspectVolumes(running)),
    hasPostgres ? orUnknown('backups', backupsOf(stack, running)) : [],
    askWorker(worker === undefined ? undefined : nameOf(worker)),
  ]);
  const used = new Map(usage.map((one) => [one.Name, one]));
  const there = containers.map((container) => rowOf(container, used.get(nameOf(container))));
  const missing = declared
    .filter(({ name }) => containers.every((container) => nameOf(container) !== name))
    .map(({ name }) => missingRow(name));
  return {
    containers: [...there, ...missing],
    volumes,
    backups,
    ...inside,
    unknown: [...unknown, ...inside.unknown],
  };
}

interface Usage {
  readonly Name: string;
  readonly MemUsage: string;
  readonly CPUPerc: string;
}

function rowOf(container: Container, usage: Usage | undefined): ContainerRow {
  return {
    container: nameOf(container),
    health: healthOf(container),
    restarts: container.RestartCount,
    oomKilled: container.State.OOMKilled,
    memory: usage?.MemUsage ?? '',
    cpu: usage?.CPUPerc ?? '',
    image: shortenDigest(container.Config.Image),
  };
}

function missingRow(container: string): ContainerRow {
  return {
    container,
    health: 'missing',
    restarts: 0,
    oomKilled: false,
    memory: '',
    cpu: '',
    image: '',
  };
}

async function usageOf(names: readonly string[]): Promise<Usage[]> {
  if (names.length === 0) return [];
  return (
    await captureLines('docker', ['stats', '--no-stream', '--format', '{{json .}}', ...names])
  ).map((line) => JSON.parse(line) as Usage);
}

/** Shortens the digest of a pinned image to 12 digits. */
function shortenDigest(image: string): string {
  return image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, '@$1');
}

async function backupsOf(stack: string, running: readonly Container[]): Promise<BackupRow[]> {
  const results = await readResults(stack);
  const schedule = running.find((one) => nameOf(one) === `${prefixOf(stack)}_backup`);
  return [...results, ...findOverdue(schedule, results)];
}
