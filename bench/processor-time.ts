import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The kernel's unit in /proc on every Linux that Node runs on (getconf CLK_TCK). */
const msPerTick = 10;

/**
 * Processor time that a process has used in all its threads, in milliseconds. Unlike the clock it
 * does not grow with what else the machine does.
 */
export async function ofProcess(pid: number): Promise<number> {
  const [user, system] = (await readStat(pid)).slice(11, 13);
  return (Number(user) + Number(system)) * msPerTick;
}

/**
 * Processor time, in milliseconds, of every program that this process started and that has ended,
 * and of those that they waited for. What the Docker engine does is not part of it.
 */
export async function ofEndedChildren(): Promise<number> {
  const [user, system] = (await readStat('self')).slice(13, 15);
  return (Number(user) + Number(system)) * msPerTick;
}

/** Processor time of the whole machine since it started: engine, containers, everything else. */
export async function ofMachine(): Promise<number> {
  return parseMachineMs(await readFile('/proc/stat', 'utf8'));
}

/** @param stat text of /proc/stat; time spent idle, waiting or by other guests is left out */
export function parseMachineMs(stat: string): number {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = fields;
  return (user + nice + system + interrupts + softInterrupts) * msPerTick;
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

/** The fields of /proc/<pid>/stat from the third one, the state. */
async function readStat(pid: number | 'self'): Promise<readonly string[]> {
  // The second field, the name, may hold blanks; it ends with the last parenthesis.
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
}
