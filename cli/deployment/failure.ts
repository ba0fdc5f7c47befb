import { say } from '../command.ts';
import { containersOf, healthOf, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { runInteractive } from '../process.ts';

const lastLines = '15';

/**
 * After an update that failed: which containers are not well, why, and the last that they said; the
 * rest serve on.
 */
export async function reportFailedContainers(stack: string): Promise<void> {
  const containers = await containersOf(stack);
  const unwell = containers.filter((container) => healthOf(container) !== 'healthy');
  for (const container of unwell) {
    say(
      `\n${nameOf(container)} is ${healthOf(container)}: ${reasonOf(container)}. Its last lines:`,
    );
    await runInteractive('docker', ['logs', '--tail', lastLines, nameOf(container)], {
      stdout: 'stderr',
    });
  }
  const well = containers.length - unwell.length;
  if (unwell.length > 0)
    say(`\n${well} of ${containers.length} containers are healthy and serve on.`);
}

function reasonOf({ State, RestartCount }: Container): string {
  if (State.OOMKilled) return 'it went over its memory limit';
  if (State.Status !== 'running' || RestartCount > 0)
    return `it ended with exit code ${State.ExitCode}${RestartCount > 0 ? ` and was restarted ${RestartCount} times` : ''}${State.Error === '' ? '' : ` (${State.Error})`}`;
  const last = State.Health?.Log?.at(-1);
  return last === undefined
    ? 'its health was not checked yet'
    : `its health check says: ${last.Output.trim() || `exit code ${last.ExitCode}`}`;
}
