import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: any;
}

/** The image's command line as `docker exec` runs it, to its end. */
export async function runCommandLine(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  input = '',
): Promise<Ran> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['worker/cli.ts', ...args], {
    cwd: root,
    env: { PATH, ...environment },
    stdio: 'pipe',
  });
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
      return JSON.parse(stdout);
    },
  };
}
