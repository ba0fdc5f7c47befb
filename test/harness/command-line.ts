import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { compileCacheFolder } from './compile-cache.ts';
import { programsFolder } from './programs-folder.ts';
import { timed } from './timed.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What it printed with `--json`. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Runs the image's command line to its end, as `docker exec` does.
 *
 * @param folder of its sources, for an earlier release
 */
export function runCommandLine(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  input = '',
  folder = programsFolder,
): Promise<Ran> {
  return timed(`worker/cli.ts ${args[0]}`, () => run(environment, args, input, folder));
}

async function run(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  input: string,
  folder: string,
): Promise<Ran> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['worker/cli.ts', ...args], {
    cwd: folder,
    env: { PATH, NODE_COMPILE_CACHE: compileCacheFolder, ...environment },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined); // it ended before it had read all
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return {
    code: code as number,
    stdout,
    stderr,
    get json() {
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    },
  };
}
