import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Settings } from '../../settings.ts';
import { storeFolder } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { rootFlags } from '../container-flags.ts';
import { containersOf, nameOf } from '../containers.ts';
import { captureLines, captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';

const script = readFileSync(join(import.meta.dirname, 'copy-volume.sh'), 'utf8');
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'];

/** Data on a volume, and the folder for them. */
export interface Move {
  readonly volume: string;
  /** Below the base. */
  readonly folder: string;
}

/** Lists what a stack has on volumes that `pulse:storeFolders` brings into folders. */
export function listMoves({
  prefix,
  gpuHost: { mode, ollama },
  monitoring,
}: Pick<Settings, 'prefix' | 'gpuHost' | 'monitoring'>): Move[] {
  const isEmbedded = mode === 'embedded';
  const names = [
    'postgres',
    'redis',
    ...(isEmbedded ? ['qdrant', 'hf_cache'] : []),
    ...(isEmbedded && ollama ? ['ollama'] : []),
    ...(monitoring.mode === 'own' ? ['prometheus', 'alertmanager'] : []),
  ];
  return names.map((name) => ({
    volume: `${prefix}_${name}`,
    folder: storeFolder(prefix, name),
  }));
}

/**
 * Stops the stack and copies its data. Where that fails everything is started again.
 *
 * @param base folder of the host
 * @throws CommandError when a volume could not be copied, or the copy is not the same
 */
export async function copyStores(
  { stack, workerImage: { baseImage: image } }: Settings,
  base: string,
  moves: readonly Move[],
  { report }: Progress,
): Promise<void> {
  const names = (await containersOf(stack)).map(nameOf);
  const stores = names.filter((name) => moves.some(({ volume }) => volume === name));
  const others = names.filter((name) => !stores.includes(name));
  try {
    report('stopping the workers and the API, then the stores');
    for (const group of [others, stores])
      if (group.length > 0) await captureOutput('docker', ['stop', ...group]);
    for (const move of moves) {
      report(`copying volume ${move.volume} to ${base}/${move.folder}, and comparing`);
      await copyVolume(move, base, image);
    }
  } catch (error) {
    report('starting everything again as it was');
    for (const group of [stores, others])
      if (group.length > 0) await captureOutput('docker', ['start', ...group]);
    throw error;
  }
}

async function copyVolume({ volume, folder }: Move, base: string, image: string): Promise<void> {
  const found = await captureLines('docker', ['volume', 'ls', '--quiet']);
  if (!found.includes(volume))
    throw new CommandError(`there is no volume ${volume}`, './pulse up makes the stack first');
  await captureOutput('docker', [
    'run',
    ...rootFlags(capabilities),
    '--env',
    `FOLDER=${folder}`,
    '--volume',
    `${volume}:/from:ro`,
    '--volume',
    `${base}:/base`,
    '--entrypoint',
    'sh',
    image,
    '-c',
    script,
  ]);
}
