import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import type { ContainerCheck } from '../../healthchecks/container.ts';
import { localImages } from '../../offline/images/recipe.ts';
import type { LocalImageName } from '../../offline/images/recipe.ts';
import { currentImages } from '../../offline/monitors/images.ts';
import { settingRows } from '../../settings.ts';
import { machineDocker, reportContainers } from './container-report.ts';
import { eventually } from './eventually.ts';
import { removeAfterReport, reportOnFailure } from './failure-report.ts';
import { monitorsAreCurrent } from './monitor-programs.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

export interface Server extends AsyncDisposable {
  /**
   * 127.0.0.1 and a port that nothing else uses, the same after a restart: tests run next to a
   * stack and next to each other.
   */
  readonly authority: string;
  readonly container: string;
  docker(
    verb: 'exec' | 'stop' | 'start' | 'kill' | 'unpause' | 'restart',
    ...args: readonly string[]
  ): Promise<string>;
  /** Until `unpause` its processes do nothing. */
  freeze(): Promise<void>;
  /** Resolves once the stack's own health check passes again, after a start. */
  healthy(): Promise<void>;
}

interface Wanted {
  readonly name: Exclude<LocalImageName, 'node'>;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly check: ContainerCheck;
  /** A folder in the container that is kept in memory; it is empty after a restart. */
  readonly folderInMemory?: string;
}

/**
 * Starts a container of the image that a stack would use, and waits until the stack's own health
 * check passes. The container is removed with this process, however that ends.
 */
export function startServer(wanted: Wanted): Promise<Server> {
  return timed(`start of ${wanted.name}`, () => runServer(wanted));
}

async function runServer(wanted: Wanted): Promise<Server> {
  const { name, port, env = {}, command = [], check, folderInMemory } = wanted;
  const container = `pulse-test-${name}-${randomBytes(4).toString('hex')}`;
  const docker: Server['docker'] = async (verb, ...args) =>
    (
      await execute('docker', [
        verb,
        ...(verb === 'exec' ? [container, ...args] : [...args, container]),
      ])
    ).stdout;
  // On a busy machine the kernel may not freeze all processes in runc's time: "unable to freeze".
  const freeze = async () =>
    void (await eventually(`a frozen ${name}`, () => execute('docker', ['pause', container])));
  const healthy = () =>
    timed(
      `a healthy ${name}`,
      async () =>
        void (await eventually(`a healthy ${container}`, () =>
          docker('exec', ...programOf(check)),
        )),
    );
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const authority = `127.0.0.1:${await reservePort()}`;
  const { now: remove } = removeAtExit('docker', 'rm', '--force', '--volumes', container);
  try {
    await execute('docker', [
      'run',
      '--detach',
      '--name',
      container,
      '--publish',
      `${authority}:${port}`,
      ...variables,
      ...(folderInMemory === undefined ? [] : ['--tmpfs', folderInMemory]),
      await imageReference(name),
      ...command,
    ]);
    reportOnFailure(() => reportContainers(machineDocker, [container]));
    await healthy();
    return {
      authority,
      container,
      docker,
      freeze,
      healthy,
      [Symbol.asyncDispose]: () => removeAfterReport(remove),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

export async function imageReference(name: LocalImageName): Promise<string> {
  if (monitorsAreCurrent && (name === 'prometheus' || name === 'alertmanager'))
    return currentImages[name];
  const local = localImages[name].reference;
  const { stdout } = await execute('docker', ['images', '--quiet', local]);
  return stdout === ''
    ? (settingRows[name === 'node' ? 'workerBaseImage' : (`${name}Image` as const)].default ??
        local)
    : local;
}

function programOf([kind, ...command]: ContainerCheck): readonly string[] {
  return kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
}
