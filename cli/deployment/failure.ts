import { containersOf, healthOf, nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { runInteractive } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

/** Of each container's log. */
const lastLines = '15';

/**
 * After an update that failed: names the containers that are not healthy, why, and their last log
 * lines.
 */
export async function reportFailedContainers(stack: string, { note }: Progress): Promise<void> {
  const containers = await containersOf(stack);
  const unhealthy = containers.filter((container) => healthOf(container) !== 'healthy');
  for (const container of unhealthy) {
    note(
      `\n${nameOf(container)} is ${healthOf(container)}: ${describeReason(container)}. ` +
        'Its last lines:',
    );
    await runInteractive('docker', ['logs', '--tail', lastLines, nameOf(container)], {
      stdout: 'stderr',
    });
  }
  const healthy = containers.length - unhealthy.length;
  if (unhealthy.length > 0)
    note(`\n${healthy} of ${containers.length} containers are healthy and serve on.`);
}

function describeReason({ State, RestartCount }: Container): string {
  if (State.OOMKilled) return 'it went over its memory limit';
  if (State.Status !== 'running' || RestartCount > 0) {
    const restarts = RestartCount > 0 ? ` and was restarted ${RestartCount} times` : '';
    const error = State.Error === '' ? '' : ` (${State.Error})`;
    return `it ended with exit code ${State.ExitCode}${restarts}${error}`;
  }
  const last = State.Health?.Log?.at(-1);
  if (last === undefined) return 'its health was not checked yet';
  return `its health check says: ${last.Output.trim() || `exit code ${last.ExitCode}`}`;
}
