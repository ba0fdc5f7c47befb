import { dataVolumeNames, prefixOf } from '../../settings/names.ts';
import { say } from '../command.ts';
import { captureLines, captureOutput, runInteractive } from '../process.ts';
import type { StateResource } from '../state.ts';

export interface DestroyOptions {
  /** Whether the data volumes go as well. */
  readonly data: boolean;
  /** Where Pulumi's output goes. */
  readonly stdout: 'stdout' | 'stderr';
}

/** @returns whether Pulumi refuses to remove the stack's data volumes */
export function isProtected(state: readonly StateResource[] | undefined): boolean {
  return state?.some((resource) => resource.protect === true) ?? false;
}

/**
 * Removes a stack's containers and network, and its data where that is said.
 *
 * @param state undefined where the backend has none: then only data volumes are removed
 * @returns whether that worked, and the data volumes that were removed
 */
export async function destroyStack(
  stack: string,
  state: readonly StateResource[] | undefined,
  { data, stdout }: DestroyOptions,
): Promise<{ readonly ok: boolean; readonly removedVolumes: readonly string[] }> {
  if (data && isProtected(state))
    await captureOutput('pulumi', ['state', 'unprotect', '--all', '--yes', '--stack', stack]);
  if (state === undefined) say(`This backend has no state of stack ${stack}: nothing to destroy.`);
  // A protected volume would make pulumi refuse all of it.
  const spare = isProtected(state) && !data ? ['--exclude-protected'] : [];
  const destroy = ['destroy', '--yes', '--skip-preview', ...spare, '--stack', stack];
  const code = state === undefined ? 0 : await runInteractive('pulumi', destroy, { stdout });
  const removedVolumes = code === 0 && data ? await removeVolumes(stack) : [];
  return { ok: code === 0, removedVolumes };
}

/** @returns the data volumes of a stack that are on the engine */
export async function listDataVolumes(stack: string): Promise<string[]> {
  const own = dataVolumeNames.map((name) => `${prefixOf(stack)}_${name}`);
  const all = await captureLines('docker', ['volume', 'ls', '--quiet']);
  return all.filter((name) => own.includes(name));
}

async function removeVolumes(stack: string): Promise<string[]> {
  const volumes = await listDataVolumes(stack);
  if (volumes.length === 0) return [];
  say(`removing ${volumes.join(', ')}`);
  return captureLines('docker', ['volume', 'rm', ...volumes]);
}
