/** What is shown of a task that runs by the clock. */
interface ScheduledTask {
  readonly task: string;
  readonly state: string;
  /** Dates, or as JSON has them. */
  readonly ranAt: Date | string | null;
  readonly nextAt: Date | string | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly problem: string | null;
}

/** @returns a row of the table that people are shown */
export function formatScheduledTask(row: ScheduledTask): object {
  return {
    task: row.task,
    state: row.state,
    lastRun: formatTime(row.ranAt),
    result: row.problem ?? formatResult(row.result ?? {}),
    nextRun: formatTime(row.nextAt),
  };
}

/** To the second, as `2026-11-27 03:14:07Z`. */
function formatTime(time: Date | string | null): string {
  return time === null
    ? ''
    : new Date(time)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');
}

/** `{ versions: 3, crawlPages: 12 }` -> `versions 3, crawl pages 12`. */
function formatResult(result: Readonly<Record<string, unknown>>): string {
  return Object.entries(result)
    .map(([name, value]) => {
      const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${words} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(', ');
}
