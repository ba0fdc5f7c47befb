import type { LogLine, WorkerProcess } from './worker-process.ts';

const minuteMs = 60_000;

/**
 * The most lines with which an API has said the same by the last of them: it says each thing once
 * in a minute, counted from its start.
 */
export async function mostReports(api: WorkerProcess, last: LogLine | undefined): Promise<number> {
  const ready = await api.logged('taking documents');
  const timeOf = (line: LogLine | undefined): number => Date.parse(String(line?.['time']));
  const upMs = Number(ready['readyMs']) + timeOf(last) - timeOf(ready);
  return 1 + Math.floor(upMs / minuteMs);
}
