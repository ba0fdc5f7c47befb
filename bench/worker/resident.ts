import { readFile } from 'node:fs/promises';

/** Resident memory of a process, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
