import type { Report } from '../../healthchecks/verify.ts';
import type { ReindexEstimate } from '../../shared/older-chunks.ts';
import { captureResult } from '../process.ts';

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

/** What a worker says of its stack; rows are empty where it could not say. */
export interface SeenByWorker {
  readonly gpuHost: readonly GpuHostRow[];
  readonly queues: readonly QueueRow[];
  readonly tasks: readonly TaskRow[];
  /** Empty but for the days after an update that builds another keyword file. */
  readonly keywordFiles: readonly KeywordFileRow[];
  /** Null where no worker could count them; nothing waits for this number. */
  readonly chunks: ReindexEstimate | null;
  /** What it could not be asked, and why. */
  readonly unknown: readonly string[];
}

/** Longer than each part may take in the worker. */
const answerLimitSeconds = 20;

interface KeywordState {
  readonly isBuilding: boolean;
  readonly documents: number;
  readonly older: { readonly documents: number; readonly bytes: number } | null;
}

type Part<T> = { readonly value: T } | { readonly problem: string };

/** The answer of `worker/commands/status.ts`. */
interface WorkerAnswer {
  readonly verification: Part<Report>;
  readonly queues: Part<readonly QueueRow[]>;
  readonly tasks: Part<readonly TaskRow[]>;
  readonly keywords: Part<KeywordState>;
  readonly chunks: Part<ReindexEstimate>;
}

/**
 * Asks one program in a worker for everything: starting it costs more processor time than what it
 * asks. With a time limit: a store that never answers must not hang the command that would show
 * it.
 *
 * @param worker undefined where none can be asked
 */
export async function askWorker(worker: string | undefined): Promise<SeenByWorker> {
  const nothing = { gpuHost: [], queues: [], tasks: [], keywordFiles: [], chunks: null };
  if (worker === undefined) return { ...nothing, unknown: [] };
  const command = ['timeout', String(answerLimitSeconds), 'node', 'worker/cli.ts', 'status'];
  const { stdout, problem } = await captureResult('docker', ['exec', worker, ...command]);
  const answer = parseAnswer(stdout);
  if (answer === undefined) {
    const reason = /unknown command/.test(problem ?? '')
      ? `${worker} is of an earlier version; ./pulse up replaces it`
      : `${worker} does not answer: ${problem}`;
    return { ...nothing, unknown: [`GPU host, queues and tasks: ${reason}`] };
  }

  const unknown: string[] = [];
  const rows = <T, Row>(what: string, part: Part<T>, toRows: (value: T) => readonly Row[]) => {
    if ('value' in part) return toRows(part.value);
    unknown.push(`${what}: ${part.problem}`);
    return [];
  };
  return {
    gpuHost: rows('GPU host', answer.verification, gpuHostRows),
    queues: rows('queues', answer.queues, (found) => found),
    tasks: rows('tasks', answer.tasks, (found) => found),
    keywordFiles: rows('keyword index', answer.keywords, keywordFileRows),
    chunks: 'value' in answer.chunks ? answer.chunks.value : null,
    unknown,
  };
}

/** Whatever its exit code: closing its connections may take longer than answering. */
function parseAnswer(output: string): WorkerAnswer | undefined {
  try {
    return JSON.parse(output) as WorkerAnswer;
  } catch {
    return undefined;
  }
}

function gpuHostRows({ checks }: Report): GpuHostRow[] {
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

function keywordFileRows({ isBuilding, documents, older }: KeywordState): KeywordFileRow[] {
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
