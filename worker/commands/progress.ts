/**
 * A terminal sees one line that is overwritten, everything else a line every two seconds. `./pulse`
 * says by PULSE_TERMINAL that its own stderr is a terminal.
 */
const lineEveryMs = 2_000;
const barEveryMs = 100;
const barWidth = 30;

export interface Progress {
  /** @param done of the total; @param note what else a person should know */
  tell(done: number, note?: string): void;
  end(): void;
}

export function progress(
  what: string,
  total: number,
  write: (text: string) => void = (text) => void process.stderr.write(text),
  terminal = atTerminal(),
): Progress {
  const everyMs = terminal ? barEveryMs : lineEveryMs;
  let toldAtMs = terminal ? -Infinity : performance.now();
  let open = false;
  return {
    tell(done, note = '') {
      if (performance.now() - toldAtMs < everyMs && done < total) return;
      toldAtMs = performance.now();
      const text = `${what}: ${done} of ${total}${note === '' ? '' : `, ${note}`}`;
      write(terminal ? `\r\x1b[K${bar(done / Math.max(1, total))} ${text}` : `${text}\n`);
      open = terminal;
    },
    end() {
      if (open) write('\n');
      open = false;
    },
  };
}

function atTerminal(): boolean {
  return process.stderr.isTTY || process.env['PULSE_TERMINAL'] === 'yes';
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}
