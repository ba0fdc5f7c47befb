import { Worker } from 'node:worker_threads';

const tellEveryMs = 500;

/**
 * Ends this process when its event loop has not turned for as long: then nothing in it can, neither a heartbeat nor a signal's handler.
 * Docker restarts what ends and never what is unhealthy; what it held is another worker's when its locks expire.
 */
export function startWatchdog(limitMs: number, worker: string): void {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  // As text, because a file of its own would bring a second copy of the type stripper into memory.
  const thread = new Worker(`(${look.toString()})()`, { eval: true, workerData: { turns, limitMs, worker } satisfies Watched });
  thread.on('error', (error) => { throw error; });
  thread.unref();
  setInterval(() => Atomics.add(turns, 0, 1), tellEveryMs).unref();
}

interface Watched { readonly turns: Int32Array; readonly limitMs: number; readonly worker: string }

/** Runs in a thread of its own and sees nothing of this file. Counts its own looks and no clock: a process that was stopped was stopped whole. */
function look(): void {
  const { turns, limitMs, worker } = process.getBuiltinModule('node:worker_threads').workerData as Watched;
  const everyMs = Math.min(1_000, limitMs / 4);
  let seen = -1;
  let unmovedMs = 0;
  setInterval(() => {
    const now = Atomics.load(turns, 0);
    unmovedMs = now === seen ? unmovedMs + everyMs : 0;
    seen = now;
    if (unmovedMs < limitMs) return;
    const line = { level: 'fatal', time: new Date().toISOString(), worker, alert: true, code: 'WORKER_BLOCKED', msg: `the event loop has not turned for ${Math.round(limitMs / 1_000)} s; ending, to be restarted` };
    // The log's own thread is the one that is blocked.
    process.getBuiltinModule('node:fs').writeSync(2, `${JSON.stringify(line)}\n`);
    process.kill(process.pid, 'SIGKILL');
  }, everyMs);
}
