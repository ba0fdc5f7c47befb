import { spawn } from 'node:child_process';

import type { Logger } from './logs.ts';

const signEveryMs = 500;

/**
 * Parameters: seconds, the watched process, the line to log. The event loop that is watched writes
 * a line twice a second. `read` returns more than 128 when its time is over, and 1 at the end of
 * the input, which is the end of the watched process.
 */
const script = `
  while read -r -t "$1" _; s=$?; [ $s -eq 0 ]; do :; done
  [ $s -gt 128 ] && { echo "$3" >&2; kill -KILL "$2"; }`;

/**
 * Kills this process when its event loop has been blocked for `limitMs`. Nothing inside it can do
 * that then: neither the heartbeat nor a signal handler runs. Docker restarts a container that
 * ends, never one that is unhealthy; other workers take its jobs when their locks expire. The
 * watchdog is a shell of 3 MB, where a thread would cost the process 17 MB.
 *
 * @param worker name for its line in the log
 */
export function startWatchdog(limitMs: number, worker: string, log: Logger): void {
  const seconds = Math.round(limitMs / 1_000);
  const line = {
    level: 'fatal',
    worker,
    alert: true,
    code: 'WORKER_BLOCKED',
    msg: `the event loop has not turned for ${seconds} s; ended, to be restarted`,
  };
  const watchdog = spawn(
    'bash',
    ['-c', script, 'watchdog', String(limitMs / 1_000), String(process.pid), JSON.stringify(line)],
    { stdio: ['pipe', 'ignore', 'inherit'], detached: true },
  );
  const lost = (error: Error): void => log.info({ err: error }, 'the event loop is not watched');
  watchdog.on('error', lost);
  watchdog.stdin.on('error', lost);
  watchdog.unref();
  setInterval(() => {
    if (watchdog.stdin.writable) watchdog.stdin.write('\n');
  }, signEveryMs).unref();
}
