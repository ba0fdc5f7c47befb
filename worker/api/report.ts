import type { Logger } from '../logs.ts';

/** How often at most the log says the same. */
const reportEveryMs = 60_000;
/** Whoever sends from many addresses fills neither the log nor the memory. */
const maxDifferent = 100;

/** @returns logs a line with these fields, each different one once a minute */
export function startReport(
  log: Logger,
  level: 'info' | 'warn',
  message: string,
): (fields: Readonly<Record<string, string | undefined>>) => void {
  let reported = new Set<string>();
  let sinceMs = performance.now();
  return (fields) => {
    if (performance.now() - sinceMs >= reportEveryMs)
      [reported, sinceMs] = [new Set(), performance.now()];
    const line = JSON.stringify(fields);
    if (reported.has(line) || reported.size >= maxDifferent) return;
    reported.add(line);
    log[level](fields, message);
  };
}
