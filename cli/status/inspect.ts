import type { Report } from '../../healthchecks/verify.ts';
import { prefixOf } from '../../settings/names.ts';
import type { ReindexEstimate } from '../../shared/older-chunks.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { findOverdue, readResults } from '../backup/results.ts';
import type { BackupRow } from '../backup/results.ts';
import { containersOf, healthOf, healthyWorker, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { captureJson, captureLines } from '../process.ts';
import { declaredContainers } from '../state.ts';
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
export interface GpuHostRow {
  readonly service: string;
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly code: string | null;
  readonly target: string;
}
export interface QueueRow {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly paused: boolean;
}
/** The keyword index while the file of the release before is there. */
export interface KeywordFileRow {
  readonly keywordIndex: 'building' | 'in use';
  readonly documents: number;
  readonly documentsOfOldFile: number;
  readonly oldFileMiB: number;
}

/** What runs by the clock: its last run and its next. */
export interface TaskRow {
  readonly task: string;
  readonly state: string;
  readonly ranAt: string | null;
  readonly tookMs: number | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly problem: string | null;
  readonly nextAt: string | null;
}

export interface StackInspection {
  /** A container that the last update declared and that does not exist has the health `missing`. */
  readonly containers: readonly ContainerRow[];
  /** Of the file system that each data volume lies on. */
  readonly volumes: readonly VolumeRow[];
  readonly gpuHost: readonly GpuHostRow[];
  readonly queues: readonly QueueRow[];
  readonly tasks: readonly TaskRow[];
  /** Empty but for the days after an update that builds another keyword file. */
  readonly keywordFiles: readonly KeywordFileRow[];
  /** What came of the last backup and of the last drill. */
  readonly backups: readonly BackupRow[];
  /** Null where no worker could count them. */
  readonly chunks: ReindexEstimate | null;
  /** What could not be asked, and why. Its rows are empty. */
  readonly unknown: readonly string[];
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
  const [usage, volumes, gpuHost, queues, tasks, keywordFiles, backups, chunks] = await Promise.all(
    [
      orUnknown('memory and CPU', usageOf(running.map(nameOf))),
      orUnknown('disk space', inspectVolumes(running)),
      worker === undefined ? [] : orUnknown('GPU host', gpuHostFrom(nameOf(worker))),
      worker === undefined ? [] : orUnknown('queues', queuesFrom(nameOf(worker))),
      worker === undefined ? [] : orUnknown('tasks', tasksFrom(nameOf(worker))),
      worker === undefined ? [] : orUnknown('keyword index', keywordFilesFrom(nameOf(worker))),
      running.some((one) => nameOf(one) === `${prefixOf(stack)}_postgres`)
        ? orUnknown('backups', backupsOf(stack, running))
        : [],
      worker === undefined ? null : chunksFrom(nameOf(worker)),
    ],
  );
  const used = new Map(usage.map((one) => [one.Name, one]));
  const there = containers.map((container) => rowOf(container, used.get(nameOf(container))));
  const missing = declared
    .filter(({ name }) => containers.every((container) => nameOf(container) !== name))
    .map(({ name }) => missingRow(name));
  const all = [...there, ...missing];
  return {
    containers: all,
    volumes,
    gpuHost,
    queues,
    tasks,
    keywordFiles,
    backups,
    chunks,
    unknown,
  };
}

/** Longer than the time limit of any probe. */
const answerLimitSeconds = 20;

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

async function gpuHostFrom(worker: string): Promise<GpuHostRow[]> {
  const { checks } = await askedIn<Report>(worker, 'verify', '--report', '--no-canary');
  return checks
    .filter(({ name }) => ['tei', 'qdrant', 'ollama'].includes(name))
    .map(({ name, ok, latencyMs, code, target }) => ({
      service: name,
      ok,
      latencyMs,
      code,
      target,
    }));
}

function queuesFrom(worker: string): Promise<QueueRow[]> {
  return askedIn<QueueRow[]>(worker, 'queue', 'counts', '--json');
}

function tasksFrom(worker: string): Promise<TaskRow[]> {
  return askedIn<TaskRow[]>(worker, 'schedule', '--json');
}

async function keywordFilesFrom(worker: string): Promise<KeywordFileRow[]> {
  const { isBuilding, documents, older } = await askedIn<{
    readonly isBuilding: boolean;
    readonly documents: number;
    readonly older: { readonly documents: number; readonly bytes: number } | null;
  }>(worker, 'keywords', 'state', '--json');
  if (older === null) return [];
  return [
    {
      keywordIndex: isBuilding ? 'building' : 'in use',
      documents,
      documentsOfOldFile: older.documents,
      oldFileMiB: Math.ceil(older.bytes / 1024 ** 2),
    },
  ];
}

async function backupsOf(stack: string, running: readonly Container[]): Promise<BackupRow[]> {
  const results = await readResults(stack);
  const schedule = running.find((one) => nameOf(one) === `${prefixOf(stack)}_backup`);
  return [...results, ...findOverdue(schedule, results)];
}

/** Nothing waits for this number, and a worker of before cannot tell it. */
async function chunksFrom(worker: string): Promise<ReindexEstimate | null> {
  return askedIn<ReindexEstimate>(worker, 'reindex', '--all', '--dry-run', '--json').catch(
    () => null,
  );
}

/** With a time limit: a store that never answers must not hang the command that would show it. */
function askedIn<T>(worker: string, ...args: readonly string[]): Promise<T> {
  return captureJson<T>('docker', [
    'exec',
    worker,
    'timeout',
    String(answerLimitSeconds),
    'node',
    'worker/cli.ts',
    ...args,
  ]);
}
