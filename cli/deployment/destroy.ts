import { dataVolumeNames, prefixOf } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { say } from '../command.ts';
import { containersOf, nameOf } from '../containers.ts';
import { captureLines, captureOutput, runInteractive } from '../process.ts';
import { containersIn } from '../state.ts';
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
 * Refuses to go on where the engine has containers of a stack that the state does not know: they
 * would stay, and the stack would be called removed.
 *
 * @param state undefined where the backend has none
 * @throws CommandError which names them
 */
export async function refuseUnknownContainers(
  stack: string,
  state: readonly StateResource[] | undefined,
): Promise<void> {
  const known = new Set(containersIn(state ?? []).map(({ name }) => name));
  const names = (await containersOf(stack)).map(nameOf).filter((name) => !known.has(name));
  if (names.length === 0) return;
  throw new CommandError(
    `nothing was removed: the state does not know ${names.join(', ')}, ` +
      `which are of stack ${stack}`,
    'set PULUMI_BACKEND_URL to where their state is, or run this in the clone that made them; ' +
      'where the state is lost (docs/state.md), remove them, what is on volumes stays: ' +
      `docker rm -f ${names.join(' ')}`,
  );
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
