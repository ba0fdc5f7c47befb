import { sample } from '../metrics/definition.ts';
import type { Sample } from '../metrics/definition.ts';
import { volumeFree, volumeSize } from '../metrics/gauges.ts';
import { measureVolume } from '../operator/volumes.ts';

/** Looks at the file system of a folder, as this container sees it. */
export async function readVolume(name: string, folder: string): Promise<Sample[]> {
  const { volume, sizeBytes, freeBytes } = await measureVolume(name, folder);
  return [sample(volumeSize, sizeBytes, { volume }), sample(volumeFree, freeBytes, { volume })];
}
