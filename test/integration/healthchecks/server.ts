import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { ContainerCheck } from '../../../healthchecks/container.ts';
import { rows } from '../../../settings.ts';
import { localImages } from '../../../toolchain/images/images.ts';
import type { LocalImageName } from '../../../toolchain/images/recipe.ts';

const execute = promisify(execFile);

export interface Server extends AsyncDisposable {
  /** 127.0.0.1:<a port Docker chose>: tests run beside a stack and beside each other. */
  readonly authority: string;
  docker(verb: 'exec' | 'stop' | 'pause' | 'unpause', ...args: readonly string[]): Promise<string>;
}

interface Wanted {
  readonly name: Exclude<LocalImageName, 'node'>;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly check: ContainerCheck;
}

/** One container of the image the stack would use, alive once the stack's own health check passes. */
export async function server({ name, port, env = {}, command = [], check }: Wanted): Promise<Server> {
  const container = `probe-test-${name}-${randomBytes(4).toString('hex')}`;
  const docker: Server['docker'] = async (verb, ...args) => (await execute('docker', [verb, container, ...args])).stdout;
  const remove = async () => void (await execute('docker', ['rm', '--force', '--volumes', container]));
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  await execute('docker', ['run', '--detach', '--name', container, '--publish', `127.0.0.1::${port}`, ...variables, await imageOf(name), ...command]);
  try {
    await until(() => docker('exec', ...programOf(check)));
    const { stdout } = await execute('docker', ['port', container, String(port)]);
    return { authority: stdout.trim(), docker, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function imageOf(name: Wanted['name']): Promise<string> {
  const local = localImages[name].reference;
  const { stdout } = await execute('docker', ['images', '--quiet', local]);
  return stdout === '' ? (rows[`${name}Image`].default ?? local) : local;
}

function programOf([kind, ...command]: ContainerCheck): readonly string[] {
  return kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
}

/** The last refusal is the reason when time is up. */
async function until(attempt: () => Promise<unknown>, deadline = Date.now() + 30_000): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
