import { CommandError } from '../toolchain/command-error.ts';
import type { InteractiveOptions } from '../toolchain/process.ts';
import { isolationFlags } from './container-flags.ts';
import { containersOf, findHealthy, nameOf } from './containers.ts';
import type { Container } from './containers.ts';
import { captureOutput, runInteractive } from './process.ts';

/** In the image; a worker of another version may be the one that is asked. */
const commandLine = ['node', 'worker/cli.ts'];

/** How docker is called to run something on a stack's network. */
interface DockerCall {
  readonly args: readonly string[];
  /** Variables of the docker client itself. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs the command line of the image on the stack's network.
 *
 * @returns its exit code
 * @throws CommandError when the stack has no worker
 */
export async function runInWorker(
  stack: string,
  args: readonly string[],
  options: InteractiveOptions = {},
): Promise<number> {
  return run(await prepareCall(stack), args, options);
}

/** The same inside a replica of the API; inside a worker where the stack has no API yet. */
export async function runInApi(stack: string, args: readonly string[]): Promise<number> {
  const replicas = await containersOf(stack, 'webhook-api-');
  return run(
    replicas.length > 0 ? callInside(stack, replicas, 'API') : await prepareCall(stack),
    args,
  );
}

function run(
  { args, env }: DockerCall,
  command: readonly string[],
  options: InteractiveOptions = {},
): Promise<number> {
  return runInteractive('docker', [...args, ...commandLine, ...command], { ...options, env });
}

/**
 * Does the same, and returns what it printed on standard output.
 *
 * @throws CommandError when the stack has no worker, or the exit code is not 0
 */
export async function readFromWorker(stack: string, args: readonly string[]): Promise<string> {
  const call = await prepareCall(stack);
  return captureOutput('docker', [...call.args, ...commandLine, ...args], { env: call.env });
}

async function prepareCall(stack: string): Promise<DockerCall> {
  const workers = await containersOf(stack, 'webhook-worker-');
  if (workers.length === 0)
    throw new CommandError(
      `stack ${stack} has no worker`,
      `bring it up: ./pulse up --stack ${stack}`,
    );
  return callInside(stack, workers, 'worker');
}

/**
 * A healthy container runs the command. Without one, a container of its own does, with the image,
 * settings, volumes and network of the first; it is removed after the command.
 *
 * @param containers one at least
 * @param what they are, for people
 */
function callInside(stack: string, containers: readonly Container[], what: string): DockerCall {
  const healthy = findHealthy(containers);
  if (healthy !== undefined)
    return { args: ['exec', '-i', ...terminalFlags(), nameOf(healthy)], env: {} };
  process.stderr.write(
    `No ${what} of stack ${stack} is healthy (./pulse status --stack ${stack}); ` +
      'asking from a container of its own.\n',
  );
  return prepareContainer(containers[0] as Container);
}

/** In the container both outputs are pipes: progress and colours have to be told of our terminal. */
function terminalFlags(): string[] {
  return [
    ...(process.stderr.isTTY ? ['--env', 'PULSE_TERMINAL=yes'] : []),
    ...(hasColours() ? ['--env', 'PULSE_COLOUR=yes'] : []),
  ];
}

/** Whether standard output is a terminal with colours; not where `NO_COLOR` is set. */
export function hasColours(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

/**
 * Docker's flags for these variables. Their values go through the client's own environment: as
 * arguments they would be in the host's process list.
 */
export function formatEnvFlags(env: Readonly<Record<string, string>>): string[] {
  return Object.keys(env).flatMap((name) => ['--env', name]);
}

/** As the workers of a stack run, and removed at its end. */
const runFlags = ['--rm', '--interactive', '--init', ...isolationFlags];

function prepareContainer({ Config, Mounts, NetworkSettings }: Container): DockerCall {
  const env = parseVariables(Config.Env.filter((line) => !line.startsWith('PATH=')));
  const volumes = Mounts.filter(({ Type }) => Type !== 'tmpfs').flatMap(
    ({ Name, Source, Destination }) => ['--volume', `${Name ?? Source}:${Destination}`],
  );
  const [network = 'bridge'] = Object.keys(NetworkSettings.Networks);
  const args = [
    'run',
    ...runFlags,
    ...terminalFlags(),
    '--network',
    network,
    '--user',
    Config.User,
    ...formatEnvFlags(env),
    ...volumes,
    Config.Image,
  ];
  return { args, env };
}

/** `NAME=value` lines. */
export function parseVariables(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}
