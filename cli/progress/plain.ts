import { ListrTaskEventType, ListrTaskState } from 'listr2';
import type { ListrRenderer, ListrTaskObject } from 'listr2';

/** A shorter step needs no line for its end. */
const endShownFromMs = 2_000;
/** After this time a line shows that the step still works. */
const silenceMs = 10_000;

type Task = ListrTaskObject<unknown, never, never>;

/** The steps of a command where there is no terminal: every line once, nothing is redrawn. */
export class PlainRenderer implements ListrRenderer {
  static readonly nonTTY = true;
  static readonly rendererOptions = {};
  static readonly rendererTaskOptions = {};
  readonly #tasks: readonly Task[];

  constructor(tasks: Task[]) {
    this.#tasks = tasks;
  }

  render(): void {
    for (const task of this.#tasks) showTask(task);
  }

  end(): void {
    // Every line is complete when it is printed.
  }
}

function showTask(task: Task): void {
  const title = String(task.title);
  let startedMs = Date.now();
  let printedMs = startedMs;
  const print = (line: string): void => {
    printedMs = Date.now();
    process.stderr.write(`${line}\n`);
  };
  const signsOfLife = setInterval(() => {
    const nowMs = Date.now();
    if (nowMs - printedMs >= silenceMs) print(`  ${formatElapsed(nowMs - startedMs)}`);
  }, 1_000);
  const isWorthPrinting = createRepeatFilter();
  task.on(ListrTaskEventType.STATE, (state) => {
    if (state === ListrTaskState.STARTED) {
      startedMs = Date.now();
      print(title);
      return;
    }
    if (state !== ListrTaskState.COMPLETED && state !== ListrTaskState.FAILED) return;
    clearInterval(signsOfLife);
    const ok = state === ListrTaskState.COMPLETED;
    const tookMs = Date.now() - startedMs;
    if (!ok || tookMs >= endShownFromMs) print(formatEnd(title, ok, tookMs));
  });
  task.on(ListrTaskEventType.OUTPUT, (output) => {
    if (isWorthPrinting(output, Date.now())) print(output.replaceAll(/^(?=.)/gm, '  '));
  });
}

/**
 * Makes a filter for lines that come again and again while something is waited for.
 *
 * @returns whether a line is to be printed: it is new, or the last one printed and 10 s old
 */
export function createRepeatFilter(): (line: string, nowMs: number) => boolean {
  let last = { line: '', atMs: 0 };
  return (line, nowMs) => {
    if (line === last.line && nowMs - last.atMs < silenceMs) return false;
    last = { line, atMs: nowMs };
    return true;
  };
}

/** The line at the end of a step. */
export function formatEnd(title: string, ok: boolean, tookMs: number): string {
  return `${title}: ${ok ? 'done' : 'FAILED'} after ${formatElapsed(tookMs)}`;
}

export function formatElapsed(elapsedMs: number): string {
  return `${Math.round(elapsedMs / 1000)} s`;
}
