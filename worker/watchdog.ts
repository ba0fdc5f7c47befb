import { spawn } from 'node:child_process';

import type { Logger } from './logs.ts';

const tellEveryMs = 500;

/**
 * $1 seconds, $2 the watched process, $3 what to say. A line comes with each turn of the event loop
 * that is watched; the end of the lines is the end of that process.
 */
const script =
  'while read -r -t "$1" _; s=$?; [ $s -eq 0 ]; do :; done; [ $s -gt 128 ] && { echo "$3" >&2; kill -KILL "$2"; }';

/**
 * Ends this process when its event loop has not turned for as long: then nothing in it can, neither
 * a heartbeat nor a signal's handler. Docker restarts what ends and never what is unhealthy; what
 * it held is another worker's when its locks expire. A shell of 3 MB watches: a thread would cost
 * the process 17.
 */
export function startWatchdog(limitMs: number, worker: string, log: Logger): void {
  const line = {
    level: 'fatal',
    worker,
    alert: true,
    code: 'WORKER_BLOCKED',
    msg: `the event loop has not turned for ${Math.round(limitMs / 1_000)} s; ended, to be restarted`,
  };
  const watchdog = spawn(
    'bash',
    ['-c', script, 'watchdog', String(limitMs / 1_000), String(process.pid), JSON.stringify(line)],
    { stdio: ['pipe', 'ignore', 'inherit'], detached: true },
  );
  const lost = (error: Error): void => log.info({ err: error }, 'nobody watches the event loop');
  watchdog.on('error', lost);
  watchdog.stdin.on('error', lost);
  watchdog.unref();
  setInterval(() => {
    if (watchdog.stdin.writable) watchdog.stdin.write('\n');
  }, tellEveryMs).unref();
}
