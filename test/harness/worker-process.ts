import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { isFaultPreloaded } from '../doubles/worker-faults/preload.ts';
import { compileCacheFolder } from './compile-cache.ts';
import { programsFolder } from './programs-folder.ts';
import { removeAtExit } from './reaper.ts';
import { timed } from './timed.ts';

const root = join(import.meta.dirname, '../..');
const lastLines = 40;

/** How the image starts them: the same flags of Node, the same settings of their memory. */
const started = imageStart(readFileSync(join(root, 'worker/Dockerfile'), 'utf8'));

function imageStart(dockerfile: string): {
  flags: string[];
  environment: Record<string, string>;
} {
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const [node, ...rest] = JSON.parse(command) as string[];
  if (node !== 'node') throw new Error('worker/Dockerfile does not start node');
  return {
    flags: rest.slice(0, -1),
    environment: Object.fromEntries(
      [...dockerfile.matchAll(/\b(MALLOC_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    ),
  };
}

/** One line of a worker's log: pino's JSON, or plain text under `msg`. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program of the image, such as `node worker/worker.ts`, as a child process. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves once it takes work; rejects with its last lines when it ends before. */
  readonly ready: Promise<void>;
  readonly exited: Promise<Ended>;
  readonly isRunning: boolean;
  readonly lines: readonly LogLine[];
  /**
   * The first line, written already or to come, that the text is part of or the predicate wants;
   * rejects when the process ends without one.
   */
  logged(wanted: string | ((line: LogLine) => boolean)): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
}

/** @param folder of its sources, for an earlier release or a changed one */
export function startWorker(
  environment: Readonly<Record<string, string>>,
  folder?: string,
): WorkerProcess {
  return startProgram('worker/worker.ts', 'taking jobs', environment, folder);
}

/**
 * @param readyLine part of what it logs once it takes work
 * @param folder of its sources, for an earlier release
 */
export function startProgram(
  program: string,
  readyLine: string,
  environment: Readonly<Record<string, string>>,
  folder = isFaultPreloaded(environment) ? root : programsFolder,
): WorkerProcess {
  const { PATH, TZ } = process.env;
  const child = spawn(process.execPath, [...started.flags, program], {
    cwd: folder,
    env: {
      PATH,
      TZ,
      NODE_COMPILE_CACHE: compileCacheFolder,
      ...started.environment,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const pid = child.pid as number;
  const reaper = removeAtExit('kill', '-KILL', String(pid));
  // From now on its number may be that of another process.
  child.once('exit', () => reaper.dismiss());
  const lines: LogLine[] = [];
  const events = new EventEmitter<{ line: [LogLine]; end: [] }>().setMaxListeners(0);
  const exited = once(child, 'close').then(([code, signal]): Ended => {
    events.emit('end');
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line = parsed(text);
    lines.push(line);
    events.emit('line', line);
  });

  const findLine: WorkerProcess['logged'] = (wanted) =>
    new Promise((resolve, reject) => {
      const matches =
        typeof wanted === 'string' ? (line: LogLine) => line.msg.includes(wanted) : wanted;
      const seen = lines.find(matches);
      if (seen !== undefined) return resolve(seen);
      const done = (settle: () => void): void => {
        events.off('line', look);
        events.off('end', ended);
        settle();
      };
      const look = (line: LogLine): void => {
        if (matches(line)) done(() => resolve(line));
      };
      const ended = (): void =>
        done(() =>
          reject(
            new Error(
              `${program} ${pid} ended before it logged ${String(wanted)}; its last lines:\n${lines
                .slice(-lastLines)
                .map((line) => JSON.stringify(line))
                .join('\n')}`,
            ),
          ),
        );
      events.on('line', look).on('end', ended);
      if (child.exitCode !== null || child.signalCode !== null) void exited.then(ended);
    });
  const ready = timed(`start of ${program}`, () => findLine(readyLine)).then(() => undefined);
  ready.catch(() => undefined); // a rejection reaches those who wait for it
  return {
    pid,
    ready,
    exited,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    lines,
    logged: (wanted) => timed(`a line of the log of ${program}`, () => findLine(wanted)),
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function parsed(text: string): LogLine {
  const other = { msg: text }; // Node's own words, of a crash
  try {
    const line = JSON.parse(text) as Partial<LogLine> | null;
    return typeof line?.msg === 'string' ? (line as LogLine) : other;
  } catch {
    return other;
  }
}
