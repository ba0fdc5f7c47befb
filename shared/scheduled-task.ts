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
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => {
      const words = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      return `${words} ${formatValue(value)}`;
    })
    .join(', ');
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.map((one: unknown) => (isHop(one) ? formatHop(one) : formatValue(one))).join(', ');
}

/** A step of the canary, as `healthchecks/hops.ts` has it. */
interface Hop {
  readonly name: string;
  readonly ok: boolean;
  readonly latencyMs: number;
}

function isHop(value: unknown): value is Hop {
  return (Object(value) as Partial<Hop>).latencyMs !== undefined;
}

function formatHop({ name, ok, latencyMs }: Hop): string {
  return `${name} ${ok ? '' : 'failed after '}${latencyMs} ms`;
}
