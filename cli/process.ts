/** `toolchain/process.ts`, in this clone's folder and with the tools that belong to it. */
import * as host from '../toolchain/process.ts';
import type { InteractiveOptions, ProcessOptions, ProcessResult } from '../toolchain/process.ts';
import { toolEnvironment } from './environment.ts';
import { root } from './paths.ts';

export const runInteractive = (
  command: string,
  args: readonly string[],
  options?: InteractiveOptions,
): Promise<number> => host.runInteractive(command, args, withTools(options));

export const captureResult = (
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<ProcessResult> => host.captureResult(command, args, withTools(options));

export const captureOutput = (
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<string> => host.captureOutput(command, args, withTools(options));

export const captureLines = (
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<string[]> => host.captureLines(command, args, withTools(options));

export const captureJson = <T>(
  command: string,
  args: readonly string[],
  options?: ProcessOptions,
): Promise<T> => host.captureJson<T>(command, args, withTools(options));

export const readLines = (
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options?: ProcessOptions,
): Promise<string | undefined> => host.readLines(command, args, onLine, withTools(options));

function withTools<O extends ProcessOptions>(options?: O): O {
  return {
    cwd: root,
    ...options,
    env: { ...toolEnvironment(), ...options?.env },
  } as O;
}

export const succeeds = (command: string, args: readonly string[]): Promise<boolean> =>
  host.succeeds(command, args, withTools({}));
