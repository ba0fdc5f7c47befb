import { readFile } from 'node:fs/promises';

/** Resident memory of a process, MiB. */
export function residentMiB(pid: number): Promise<number> {
  return readMiB(pid, 'VmRSS');
}

/**
 * Resident memory without the pages of files, MiB: what the limit of a container bounds. The
 * program's own files are in memory once, however many containers run it.
 */
export function anonymousMiB(pid: number): Promise<number> {
  return readMiB(pid, 'RssAnon');
}

async function readMiB(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = '0'] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
