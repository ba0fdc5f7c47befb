import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';

const mebibyte = 2 ** 20;

export interface MemoryUse {
  /**
   * What the kernel counts against the container's limit, less the file cache that it gives back
   * when memory is short: the number by which it decides to kill. Without a limit, the resident
   * size of this process.
   */
  readonly memoryMiB: number;
  /** Null where the container has no limit. */
  readonly memoryLimitMiB: number | null;
}

/** The files of one version of control groups, and the line of file cache in `stat`. */
interface GroupFiles {
  readonly use: string;
  readonly limit: string;
  readonly stat: string;
  readonly cacheLine: string;
}

/** Version 2 first: a machine that has both counts memory in one of them. */
const versions: readonly GroupFiles[] = [
  {
    use: 'memory.current',
    limit: 'memory.max',
    stat: 'memory.stat',
    cacheLine: 'inactive_file',
  },
  {
    use: 'memory/memory.usage_in_bytes',
    limit: 'memory/memory.limit_in_bytes',
    stat: 'memory/memory.stat',
    cacheLine: 'total_inactive_file',
  },
];

/**
 * Measures the memory of the container that this process runs in.
 *
 * @param folder where the control group of the container is mounted
 */
export async function readMemory(folder = '/sys/fs/cgroup'): Promise<MemoryUse> {
  for (const files of versions) {
    const group = await readGroup(folder, files).catch(() => undefined);
    if (group === undefined) continue;
    return {
      memoryMiB: Math.round(group.usedBytes / mebibyte),
      memoryLimitMiB: Math.round(group.limitBytes / mebibyte),
    };
  }
  return { memoryMiB: Math.round(process.memoryUsage.rss() / mebibyte), memoryLimitMiB: null };
}

/**
 * @returns undefined when it has no limit
 * @throws Error when this version of control groups does not count memory here
 */
async function readGroup(
  folder: string,
  { use, limit, stat, cacheLine }: GroupFiles,
): Promise<{ readonly usedBytes: number; readonly limitBytes: number } | undefined> {
  const [usedBytes, limitBytes, statText] = await Promise.all([
    readFile(join(folder, use), 'utf8').then(Number),
    readFile(join(folder, limit), 'utf8').then(Number),
    readFile(join(folder, stat), 'utf8'),
  ]);
  // No limit is the word `max` in version 2, and in version 1 more than any machine has.
  if (!(limitBytes < totalmem())) return undefined;
  const [, cache = '0'] = new RegExp(`^${cacheLine} (\\d+)$`, 'm').exec(statText) ?? [];
  return { usedBytes: Math.max(0, usedBytes - Number(cache)), limitBytes };
}
