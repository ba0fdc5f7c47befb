/**
 * How the steps of a command are shown: live in a terminal, as plain lines elsewhere. Everything
 * goes to stderr, because stdout is the answer. The results are the answer for scripts.
 */
import {
  Listr,
  LISTR_LOGGER_STYLE,
  ListrLogger,
  ListrLogLevels,
  PRESET_TIMER,
  ProcessOutput,
} from 'listr2';
import type { ListrDefaultRendererLogLevels } from 'listr2';

import { Interrupted } from '../../toolchain/process.ts';
import { formatEnd, PlainRenderer } from './plain.ts';

/** What a step tells while it works. */
export interface Progress {
  /** What it does now: in a terminal the next such line takes its place. */
  readonly report: (line: string) => void;
  /** A finding or a decision, which stays to be read. */
  readonly note: (line: string) => void;
  /** Aborted by Ctrl-C. A step that waits without a program has to listen to it. */
  readonly signal: AbortSignal;
}

export interface Step {
  /** As it stands in the answer for scripts. */
  readonly name: string;
  readonly title: string;
  /** What it runs writes to the terminal by itself, so that nothing else may. */
  readonly ownsTerminal?: boolean;
  /** Asks what has to be asked, before the step is shown. */
  readonly prepare?: () => Promise<void>;
  /** Returns false when it went to its end and failed. */
  readonly work: (progress: Progress) => Promise<boolean | void>;
}

/** How a step ended, as it stands in the answer for scripts. */
export interface StepResult {
  readonly step: string;
  readonly ok: boolean;
  readonly seconds: number;
}

type Task = (context: unknown, shown: { output: string }) => Promise<void>;

/** Thrown inside listr2 for a step that returned false, so that it is shown as failed. */
class StepFailed extends Error {}

/**
 * Runs a step and shows it.
 *
 * @param results gets the step's result when it ends, also when it throws
 * @throws Interrupted after Ctrl-C
 */
export async function runStep(step: Step, results: StepResult[] = []): Promise<void> {
  const startedMs = Date.now();
  let ok = false;
  try {
    await step.prepare?.();
    ok = await (step.ownsTerminal ? runInTerminal(step) : runShown(step));
  } finally {
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    results.push({ step: step.name, ok, seconds });
  }
}

/** Some terminals of scripts have no width: nothing can be drawn on them. */
const isLive = (): boolean => process.stderr.isTTY && process.stderr.columns > 0;
const printLine = (line: string): void => void process.stderr.write(`${line}\n`);
/** Behind the title of a step that took long enough to be worth it. */
const timer = { ...PRESET_TIMER, condition: (tookMs: number) => tookMs >= 2_000 };

/** A step whose programs write to the terminal: only its beginning and its end are added. */
async function runInTerminal({ title, work }: Step): Promise<boolean> {
  const startedMs = Date.now();
  const { signal } = new AbortController();
  if (isLive()) createLogger().log(ListrLogLevels.STARTED, title);
  else printLine(title);
  let ok = false;
  try {
    ok = (await work({ report: printLine, note: printLine, signal })) !== false;
    return ok;
  } finally {
    const tookMs = Date.now() - startedMs;
    const level = ok ? ListrLogLevels.COMPLETED : ListrLogLevels.FAILED;
    if (isLive()) createLogger().log(level, title, { suffix: { ...timer, args: [tookMs] } });
    else printLine(formatEnd(title, ok, tookMs));
  }
}

/** A quiet step: shown by listr2 while it works. */
async function runShown({ title, work }: Step): Promise<boolean> {
  const notes: string[] = [];
  const task: Task = async (_context, shown) => {
    const report = (line: string): void => {
      shown.output = line;
    };
    // In a terminal the lines under a step go when it ends: what stays is printed after it.
    const note = isLive() ? (line: string): void => void notes.push(line) : report;
    const done = await untilInterrupted((signal) => work({ report, note, signal }));
    if (done === false) throw new StepFailed(title);
  };
  try {
    await createList(title, task).run();
    return true;
  } catch (error) {
    if (error instanceof StepFailed) return false;
    throw error;
  } finally {
    for (const line of notes) printLine(`  ${line}`);
  }
}

function createList(title: string, task: Task): { run: () => Promise<unknown> } {
  const options = { registerSignalListeners: false } as const;
  if (!isLive()) return new Listr([{ title, task }], { ...options, renderer: PlainRenderer });
  return new Listr([{ title, task, rendererOptions: { outputBar: 6, timer } }], {
    ...options,
    renderer: 'default',
    // stdout may be a pipe: it is stderr that is drawn on.
    forceTTY: true,
    rendererOptions: {
      logger: new ListrLogger<ListrDefaultRendererLogLevels>(loggerOptions()),
      showErrorMessage: false,
    },
  });
}

/** For a step that is not drawn by listr2, in the same style. */
function createLogger(): ListrLogger<ListrLogLevels> {
  return new ListrLogger<ListrLogLevels>({ ...loggerOptions(), ...LISTR_LOGGER_STYLE });
}

/** listr2 draws on its stdout, which is our stderr; what is written elsewhere waits for its end. */
function loggerOptions() {
  return {
    useIcons: true,
    // Its levels for stderr would go to our stdout.
    toStderr: [],
    processOutput: new ProcessOutput(process.stderr, process.stdout),
  };
}

/**
 * Ctrl-C ends the wait for the work at once. The programs that it runs get the signal too, because
 * they are in one process group, and clean up by themselves.
 */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  const onInterrupt = (): void => {
    controller.abort();
    interrupted.reject(new Interrupted());
  };
  // Not `once`: execa ends this process when nobody else listens, and it looks after our turn.
  process.on('SIGINT', onInterrupt);
  try {
    return await Promise.race([work(controller.signal), interrupted.promise]);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
