import { statfs } from 'node:fs/promises';

/** Of the file system under a volume. Its fields are JSON output. */
export interface VolumeUse {
  readonly volume: string;
  readonly sizeBytes: number;
  /** What programs without special rights can still write. */
  readonly freeBytes: number;
}

/** Looks at the file system of a folder, as this container sees it. */
export async function measureVolume(volume: string, folder: string): Promise<VolumeUse> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return { volume, sizeBytes: blocks * bsize, freeBytes: bavail * bsize };
}
