/** Built images kept on disk, so that an empty Docker engine has them again within seconds. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

import { cacheFolder } from '../../toolchain/cache.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { pipeOutput } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';

export function archiveFolder(): string {
  return join(cacheFolder(), 'images');
}

export function isArchived(reference: string): boolean {
  return existsSync(archiveFile(reference));
}

/**
 * Saves an image of the engine. The archive is written under another name and renamed when it is
 * complete, so a file with the archive's name is a whole archive. Only the newest archive of an
 * image is kept.
 *
 * @throws CommandError When the engine does not give the image.
 */
export async function archive(reference: string): Promise<void> {
  await mkdir(archiveFolder(), { recursive: true });
  const partial = `${archiveFile(reference)}.${process.pid}.partial`;
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  try {
    await pipeOutput('docker', ['save', reference], [compress, createWriteStream(partial)], {
      remedy: 'Check the engine: docker info',
    });
    await removeOlder(reference);
    await rename(partial, archiveFile(reference));
  } finally {
    await rm(partial, { force: true });
  }
}

async function removeOlder(reference: string): Promise<void> {
  const imagePrefix = archiveName(reference.slice(0, reference.indexOf(':') + 1));
  for (const name of await readdir(archiveFolder())) {
    if (name.startsWith(imagePrefix) && name.endsWith('.zst'))
      await rm(join(archiveFolder(), name));
  }
}

/**
 * Loads an archived image into the engine.
 *
 * @throws CommandError When the archive is damaged, or the engine does not take it.
 */
export async function restore(reference: string, report: Report): Promise<void> {
  const file = archiveFile(reference);
  const remedy = `Delete ${file} and try again: the image is then built again`;
  const input = createZstdDecompress();
  // An error of the file destroys `input`, and the step that reads from it fails with that error.
  pipeline(createReadStream(file), input, () => undefined);
  const doing = `loading ${reference}`;
  try {
    await runWithProgress({ doing, command: 'docker', args: ['load'], input, remedy }, report);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file} cannot be read: ${String(error)}`, remedy, error);
  }
}

function archiveFile(reference: string): string {
  return join(archiveFolder(), `${archiveName(reference)}.tar.zst`);
}

function archiveName(reference: string): string {
  return reference.replaceAll(/[/:]/g, '_');
}
