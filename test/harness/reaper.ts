import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Waits for the end of its standard input, which comes when the process that holds the other end
 * does, by whatever signal; then it is the command.
 */
const script = 'cat > /dev/null; exec "$@" > /dev/null 2>&1';

/** A command that is run when this process ends, however it ends (Ctrl-C, SIGKILL). */
export interface ExitCleanup {
  /** Runs it now, and waits for it. */
  readonly now: () => Promise<void>;
  /** There is nothing left to do for it. */
  readonly dismiss: () => void;
}

export function removeAtExit(command: string, ...args: readonly string[]): ExitCleanup {
  const reaper = spawn('sh', ['-c', script, 'reaper', command, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(reaper, 'exit');
  reaper.unref();
  reaper.stdin.on('error', () => undefined); // the reaper has ended already
  (reaper.stdin as unknown as { unref(): void }).unref();
  return {
    now: async () => {
      reaper.ref(); // this process stays alive while it waits for the end
      reaper.stdin.end();
      await ended;
    },
    dismiss: () => void reaper.kill('SIGKILL'),
  };
}
