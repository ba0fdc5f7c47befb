import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The kernel's unit in /proc/<pid>/stat on every Linux that Node runs on (getconf CLK_TCK). */
const ticksPerSecond = 100;

/**
 * Processor time that a process has used in all its threads, in milliseconds. Unlike the clock it
 * does not grow with what else the machine does.
 */
export async function ofProcess(pid: number): Promise<number> {
  // The second field, the name, may hold blanks; it ends with the last parenthesis.
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
}

/** The same of a container, read inside of it. cgroup v2 counts microseconds, v1 nanoseconds. */
export async function ofContainer(container: string): Promise<number> {
  const { stdout } = await promisify(execFile)('docker', [
    'exec',
    container,
    'sh',
    '-c',
    'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage',
  ]);
  const [, microseconds] = /^usage_usec (\d+)$/m.exec(stdout) ?? [];
  return microseconds === undefined ? Number(stdout) / 1e6 : Number(microseconds) / 1e3;
}
