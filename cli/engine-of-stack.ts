import { describeEngineMove, engineIdArgs } from '../shared/engine-of-stack.ts';
import { CommandError } from '../toolchain/command-error.ts';
import { captureResult } from './process.ts';
import type { StateResource } from './state.ts';

/** @returns the id of the engine that is there; undefined where none answers */
export async function readEngineId(): Promise<string | undefined> {
  const { stdout } = await captureResult('docker', engineIdArgs);
  return stdout.trim() || undefined;
}

/**
 * Refuses to go on where the stack is on another engine: a refresh there would find nothing, and
 * the state would forget all of the stack.
 *
 * @param state what the last update left
 * @param allowed `pulse:allowEngine`
 * @throws CommandError
 */
export async function refuseOtherEngine(
  state: readonly StateResource[],
  allowed?: string,
): Promise<void> {
  const stack = state.find(({ type }) => type === 'pulumi:pulumi:Stack');
  const deployed = stack?.outputs?.engine;
  const found = describeEngineMove({ deployed, present: await readEngineId(), allowed });
  if (found === undefined) return;
  throw new CommandError(
    `${found.code}: ${found.problem}`,
    `as the lines say; nothing was changed, and ./pulse explain ${found.code} says more`,
  );
}
