/**
 * How far a command is, on standard error. A terminal has one line that is overwritten. Everything
 * else has a line of text or of JSON, at most one every two seconds.
 */
const lineEveryMs = 2_000;
const barEveryMs = 100;
const barWidth = 30;

interface ProgressState {
  readonly done: number;
  /** Undefined while it is not known. */
  readonly total?: number | undefined;
  /** What else the user should know. A note that is new is shown at once. */
  readonly note?: string | undefined;
}

/** Work reports its progress here as often as it likes. */
export interface Progress {
  update(state: ProgressState): void;
  end(): void;
}

/** @param what is counted, such as `documents indexed` */
export type StartProgress = (what: string) => Progress;

export type Display = 'terminal' | 'lines' | 'json';

/**
 * In a container standard error is never a terminal: `./pulse` says by PULSE_TERMINAL that its own
 * is one.
 */
export function chooseDisplay(isJson: boolean): Display {
  if (process.stderr.isTTY || process.env['PULSE_TERMINAL'] === 'yes') return 'terminal';
  return isJson ? 'json' : 'lines';
}

export function startProgress(
  what: string,
  display: Display,
  write: (text: string) => void = (text) => void process.stderr.write(text),
): Progress {
  const everyMs = display === 'terminal' ? barEveryMs : lineEveryMs;
  let shownAtMs = display === 'terminal' ? -Infinity : performance.now();
  let shown: ProgressState | undefined;
  const isDue = ({ done, total, note }: ProgressState): boolean => {
    const isNewNote = note !== undefined && note !== shown?.note;
    const isEnd = done === total && done !== shown?.done;
    return isNewNote || isEnd || performance.now() - shownAtMs >= everyMs;
  };
  return {
    update(state) {
      if (!isDue(state)) return;
      shownAtMs = performance.now();
      shown = state;
      write(formats[display](what, state));
    },
    end() {
      if (display === 'terminal' && shown !== undefined) write('\n');
      shown = undefined;
    },
  };
}

const formats: Readonly<Record<Display, (what: string, state: ProgressState) => string>> = {
  terminal: (what, state) => `\r\x1b[K${formatBar(state)}${formatText(what, state)}`,
  lines: (what, state) => `${formatText(what, state)}\n`,
  json: (what, { done, total, note }) =>
    `${JSON.stringify({ progress: what, done, total, note })}\n`,
};

function formatText(what: string, { done, total, note }: ProgressState): string {
  const of = total === undefined ? '' : ` of ${total}`;
  return `${what}: ${done}${of}${note === undefined ? '' : `, ${note}`}`;
}

function formatBar({ done, total }: ProgressState): string {
  if (total === undefined) return '';
  const filled = Math.round(Math.min(1, done / Math.max(1, total)) * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] `;
}
