import { CommandError } from '../toolchain/command-error.ts';
import type { InteractiveOptions } from '../toolchain/process.ts';
import { containersOf, healthyWorker, nameOf } from './containers.ts';
import type { Container } from './containers.ts';
import { captureOutput, runInteractive } from './process.ts';

const commandLine = ['node', 'worker/cli.ts'];

/** Runs the command line of the image on the stack's network; its exit code. */
export async function inWorker(
  stack: string,
  args: readonly string[],
  options: InteractiveOptions = {},
): Promise<number> {
  const { command, env } = await placeFor(stack);
  return runInteractive('docker', [...command, ...commandLine, ...args], { ...options, env });
}

/** As `inWorker`; what it printed. @throws CommandError when it ended badly */
export async function outputInWorker(stack: string, args: readonly string[]): Promise<string> {
  const { command, env } = await placeFor(stack);
  return captureOutput('docker', [...command, ...commandLine, ...args], { env });
}

/**
 * A healthy worker; without one, a container of its own with the worker's image, settings, volumes
 * and network, gone after the command.
 */
async function placeFor(
  stack: string,
): Promise<{ command: string[]; env: Record<string, string> }> {
  const workers = await containersOf(stack, 'webhook-worker-');
  const healthy = healthyWorker(workers);
  if (healthy !== undefined)
    return { command: ['exec', '-i', ...terminal(), nameOf(healthy)], env: {} };
  const [model] = workers;
  if (model === undefined)
    throw new CommandError(
      `stack ${stack} has no worker`,
      `bring it up: ./pulse up --stack ${stack}`,
    );
  process.stderr.write(
    `No worker of stack ${stack} is healthy (./pulse status --stack ${stack}); asking from a container of its own.\n`,
  );
  return oneShot(model);
}

/** Inside, standard error is a pipe; what shows progress wants to know of the terminal at this end. */
function terminal(): string[] {
  return process.stderr.isTTY ? ['--env', 'PULSE_TERMINAL=yes'] : [];
}

/**
 * Docker's flags for these variables. Their values go by the client's own environment: as arguments
 * they would stand in the host's process list.
 */
export function byName(env: Readonly<Record<string, string>>): string[] {
  return Object.keys(env).flatMap((name) => ['--env', name]);
}

function oneShot({ Config, Mounts, NetworkSettings }: Container): {
  command: string[];
  env: Record<string, string>;
} {
  const env = Object.fromEntries(
    Config.Env.filter((line) => !line.startsWith('PATH=')).map((line) => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  );
  const mounts = Mounts.filter(({ Type }) => Type !== 'tmpfs').map(
    ({ Name, Source, Destination }) => `${Name ?? Source}:${Destination}`,
  );
  const [network = 'bridge'] = Object.keys(NetworkSettings.Networks);
  const command = [
    'run',
    '--rm',
    '--interactive',
    ...terminal(),
    '--init',
    '--network',
    network,
    '--user',
    Config.User,
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--read-only',
    '--tmpfs',
    '/tmp',
    ...byName(env),
    ...mounts.flatMap((mount) => ['--volume', mount]),
    Config.Image,
  ];
  return { command, env };
}
