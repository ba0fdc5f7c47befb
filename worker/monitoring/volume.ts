import { statfs } from 'node:fs/promises';

import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import { volumeFree, volumeSize } from '../metrics/gauges.ts';

/** Looks at the file system of a folder, as this container sees it. */
export async function readVolume(volume: string, folder: string): Promise<Sample[]> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return [
    sample(volumeSize, blocks * bsize, { volume }),
    // What only root may use is not counted.
    sample(volumeFree, bavail * bsize, { volume }),
  ];
}
