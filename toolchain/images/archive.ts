/** Built images kept on disk, so that an empty Docker engine has them back in seconds. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline as connect } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

import { CommandError } from '../command-error.ts';
import { run } from './command.ts';

export function archiveFolder(): string {
  return join(process.env['PULSE_CACHE'] ?? join(homedir(), '.cache', 'pulse'), 'images');
}

function archiveOf(reference: string): string {
  return join(archiveFolder(), `${archiveName(reference)}.tar.zst`);
}

function archiveName(reference: string): string {
  return reference.replaceAll(/[/:]/g, '_');
}

export function isArchived(reference: string): boolean {
  return existsSync(archiveOf(reference));
}

/**
 * Written under another name and renamed when complete: a file with the archive's name is a whole
 * archive. The newest of an image is kept, the ones it follows are removed.
 */
export async function archive(reference: string): Promise<void> {
  await mkdir(archiveFolder(), { recursive: true });
  const partial = `${archiveOf(reference)}.${process.pid}.partial`;
  const save = spawn('docker', ['save', reference], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(save, 'close');
  try {
    const fastest = createZstdCompress({
      params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    await pipeline(save.stdout, fastest, createWriteStream(partial));
    const [code] = await closed;
    if (code !== 0) {
      throw new CommandError(
        `docker save ${reference} ended with ${code}`,
        'Check the engine: docker info',
      );
    }
    await removeOlder(reference);
    await rename(partial, archiveOf(reference));
  } finally {
    await rm(partial, { force: true });
  }
}

async function removeOlder(reference: string): Promise<void> {
  const ofThisImage = archiveName(reference.slice(0, reference.indexOf(':') + 1));
  for (const name of await readdir(archiveFolder())) {
    if (name.startsWith(ofThisImage) && name.endsWith('.zst')) {
      await rm(join(archiveFolder(), name));
    }
  }
}

export async function restore(reference: string, report: (line: string) => void): Promise<void> {
  const file = archiveOf(reference);
  const remedy = `Delete ${file} and try again: the image is then built anew`;
  const input = createZstdDecompress();
  // A fault of the file reaches `input`, and through it whoever reads from there.
  connect(createReadStream(file), input, () => undefined);
  try {
    await run('docker', ['load'], { doing: `loading ${reference}`, remedy, report, input });
  } catch (error) {
    throw error instanceof CommandError
      ? error
      : new CommandError(`${file} cannot be read: ${String(error)}`, remedy, error);
  }
}
