import { readdir, readFile } from 'node:fs/promises';

/** What Linux lists next to disks: files, memory, and disks that are parts of others. */
const noDisk = /^(?:loop|ram|zram|dm-|md)/;
const sectorBytes = 512;

/**
 * Reads how many bytes this machine's disks have written since it was started. Processes and
 * cgroups tell more than that: where the page cache has pages of 256 KiB, each small write counts
 * as one in /proc/<pid>/io, and cgroup v1 counts none that go through the cache.
 */
export async function readDiskWrites(): Promise<number> {
  const disks = (await readdir('/sys/block')).filter((name) => !noDisk.test(name));
  const written = await Promise.all(
    disks.map(async (name) => {
      const fields = (await readFile(`/sys/block/${name}/stat`, 'utf8')).trim().split(/\s+/);
      return Number(fields[6]) * sectorBytes;
    }),
  );
  return written.reduce((sum, bytes) => sum + bytes, 0);
}
