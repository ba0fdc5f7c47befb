import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { pulumiEnvironment } from '../toolchain/pulumi/pulumi.ts';
import { ToolFault } from '../toolchain/tool.ts';

export const root = join(import.meta.dirname, '..');
const own = join(root, '.pulse');
const passphraseFile = join(own, 'passphrase');

/** What makes plain pulumi, docker and node use the same tools, state and passphrase. What the user has set already stands. */
export function toolEnvironment(): Record<string, string> {
  mkdirSync(join(own, 'state'), { recursive: true, mode: 0o700 });
  if (!existsSync(passphraseFile)) writeFileSync(passphraseFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const { PULUMI_BACKEND_URL: backend, PULUMI_CONFIG_PASSPHRASE: phrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  return {
    ...pulumiEnvironment(),
    PULUMI_BACKEND_URL: backend ?? `file://${join(own, 'state')}`,
    ...(phrase === undefined ? { PULUMI_CONFIG_PASSPHRASE_FILE: file ?? passphraseFile } : {}),
    NODE_COMPILE_CACHE: join(own, 'compile-cache'),
  };
}

export function prefixOf(stack: string): string {
  return stack === 'prod' ? 'pulse' : `pulse-${stack}`;
}

/** Runs a program with the terminal's own streams (or `input` on stdin); its exit code. */
export function runProgram(command: string, args: readonly string[], input?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...toolEnvironment() }, stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** A program's stdout. @throws ToolFault with its stderr */
export async function outputOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: root, env: { ...process.env, ...toolEnvironment() }, maxBuffer: 64 * 1024 * 1024 })
    .catch((error: Error & { stderr?: string }) => { throw new ToolFault(`${command} ${args.join(' ')}: ${error.stderr?.trim() || error.message}`, 'see its own words above; ./pulse doctor lists the tools'); });
  return stdout;
}

/** A worker in which commands can run. @throws ToolFault when none is healthy */
export async function healthyWorker(stack: string): Promise<string> {
  const names = await outputOf('docker', ['ps', '--filter', `name=^${prefixOf(stack)}_webhook-worker-`, '--filter', 'health=healthy', '--format', '{{.Names}}']);
  const [name] = names.split('\n').filter((line) => line !== '').sort();
  if (name === undefined) throw new ToolFault(`no worker of stack ${stack} is healthy`, `look with ./pulse status --stack ${stack}; bring it up with ./pulse up --stack ${stack}`);
  return name;
}

/** The command line of the image, in a healthy worker. */
export async function inWorker(stack: string, args: readonly string[], input?: string): Promise<number> {
  return runProgram('docker', ['exec', '-i', await healthyWorker(stack), 'node', 'worker/cli.ts', ...args], input);
}
