import { rm } from 'node:fs/promises';

import type { Settings } from '../../settings.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { uninstall as definition } from '../../shared/commands/uninstall.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { askText, askYesNo } from '../confirm.ts';
import { destroyStack, refuseUnknownContainers } from '../deployment/destroy.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { captureOutput, captureResult } from '../process.ts';
import { stateOf } from '../state.ts';
import { removeCollection } from '../uninstall/collections.ts';
import { removeFolders } from '../uninstall/folders.ts';
import { takeInventory } from '../uninstall/inventory.ts';
import type { Inventory } from '../uninstall/inventory.ts';

type Options = InputOf<typeof definition>;

export const uninstall = stackCommand(definition, async (options) => {
  const { stack, json } = options;
  const state = await stateOf(stack);
  await refuseOtherEngine(state ?? []);
  await refuseUnknownContainers(stack, state);
  const settings = await readStackSettings(stack);
  const found = await takeInventory(settings, state ?? []);
  say(describe(stack, found, options));
  if (!(await isConfirmed(options))) return end(1);
  const left: string[] = [];
  const attempt: Attempt = async (what, work) => {
    await work().catch((error: unknown) => {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  if (options.collections === true) await removeCollections(settings, found, attempt);
  const stdout = json ? 'stderr' : 'stdout';
  const { ok } = await destroyStack(stack, state, { data: true, stdout });
  if (!ok)
    throw new CommandError(
      'pulumi destroy failed, and what comes after it was not removed',
      `its words stand above; repair the cause and run ./pulse uninstall --stack ${stack} again`,
    );
  await removeRest(settings, found, options, attempt);
  if (state !== undefined)
    await attempt('the state of the stack', () =>
      captureOutput('pulumi', ['stack', 'rm', '--yes', '--preserve-config', '--stack', stack]),
    );
  // Last: Pulumi may be in it.
  if (options.cache === true)
    await attempt(found.cache.folder, () => rm(found.cache.folder, { recursive: true }));
  if (json) print(JSON.stringify({ stack, ok: left.length === 0, left, found }));
  else print(left.length === 0 ? `Stack ${stack} is gone.` : `Left:\n${left.join('\n')}`);
  end(left.length === 0 ? 0 : 1);
});

/** What is listed, and the option without which it stays. */
function listRows({ cache, collections, ...own }: Inventory) {
  const cached = cache.mebibytes === 0 ? [] : [`${cache.folder}, ${cache.mebibytes} MiB`];
  return [
    { what: 'containers', names: own.containers },
    { what: 'data volumes', names: own.volumes },
    { what: 'network', names: own.networks },
    { what: 'built images', names: own.builds },
    { what: 'images', names: own.images, option: 'images' },
    { what: 'folders', names: own.folders, option: 'folders' },
    { what: 'collections', names: collections.own, option: 'collections' },
    { what: 'downloads', names: cached, option: 'cache' },
  ] as const;
}

function describe(stack: string, found: Inventory, options: Options): string {
  const { alike, problem } = found.collections;
  const rows = listRows(found).filter(({ names }) => names.length > 0);
  return [
    `What there is of stack ${stack}:`,
    ...rows.map((row) => {
      const stays = 'option' in row && options[row.option] !== true ? ` (--${row.option})` : '';
      return `  ${stays === '' ? 'goes ' : 'stays'} ${row.what}${stays}: ${row.names.join(', ')}`;
    }),
    ...(problem === undefined ? [] : [`  Qdrant could not be asked: ${problem}`]),
    ...(alike.length === 0
      ? []
      : [`  stays, of an earlier model or of another stack: ${alike.join(', ')}`]),
    '  stays: this clone with its .pulse/, and the configuration of the stack',
  ].join('\n');
}

/** @throws CommandError when another stack is named */
async function isConfirmed({ stack, confirm }: Options): Promise<boolean> {
  const instead = `./pulse uninstall --stack ${stack} --confirm ${stack}`;
  if (confirm === stack) return true;
  if (confirm !== undefined) throw new CommandError(`${confirm} is not stack ${stack}`, instead);
  if (!(await askYesNo('Remove what goes, ALL DATA of the stack included?', instead))) return false;
  return (await askText(`Type the name of the stack to go on:`, instead)) === stack;
}

/** Does a part of the work; one that fails does not keep the others from being done. */
type Attempt = (what: string, work: () => Promise<unknown>) => Promise<void>;

/**
 * While the network is there: a Qdrant on the same host may be reached by its gateway. The stack is
 * stopped first, because a worker would make the collection again.
 */
async function removeCollections(
  settings: Settings,
  { containers, collections }: Inventory,
  attempt: Attempt,
): Promise<void> {
  if (containers.length > 0 && collections.own.length > 0)
    await captureOutput('docker', ['stop', ...containers]);
  for (const name of collections.own)
    await attempt(`collection ${name}`, () => removeCollection(settings, name));
}

async function removeRest(
  { workerImage, dataFolders }: Settings,
  found: Inventory,
  options: Options,
  attempt: Attempt,
): Promise<void> {
  const { base } = dataFolders;
  if (options.folders === true && base !== undefined)
    await attempt(found.folders.join(', '), () => {
      const below = found.folders.map((folder) => folder.slice(base.length + 1));
      return removeFolders(base, below, found.builds[0] ?? workerImage.baseImage);
    });
  const images = [...found.builds, ...(options.images === true ? found.images : [])];
  for (const image of images) await attempt(`image ${image}`, () => removeImage(image));
  for (const network of found.networks)
    await attempt(`network ${network}`, () => removeNetwork(network));
}

/** @throws CommandError where a container uses it */
async function removeImage(image: string): Promise<void> {
  const isThere = (await captureResult('docker', ['image', 'inspect', image])).exitCode === 0;
  if (isThere) await captureOutput('docker', ['image', 'rm', image]);
}

/** It is gone already where the state knew it. */
async function removeNetwork(network: string): Promise<void> {
  const isThere = (await captureResult('docker', ['network', 'inspect', network])).exitCode === 0;
  if (isThere) await captureOutput('docker', ['network', 'rm', network]);
}
