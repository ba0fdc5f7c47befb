/** Where the time of a test run goes: by group, by file, and by what the tests wait for. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { formatTable } from '../../shared/table.ts';
import type { TestFile } from './reporter.ts';

/** Names the folder in which every process of a run writes its waits, one JSON line each. */
export const waitsVariable = 'PULSE_TEST_WAITS';

/** One wait of a test, as its process writes it. */
export interface Wait {
  readonly what: string;
  readonly ms: number;
}

export interface GroupTime {
  readonly group: string;
  /** From the start of its first file to the end of its last one. */
  readonly seconds: number;
}

interface FileTime {
  readonly file: string;
  readonly tests: number;
  readonly seconds: number;
}

interface WaitTime {
  readonly waitsFor: string;
  readonly count: number;
  readonly seconds: number;
}

export function sumByGroup(files: readonly TestFile[]): GroupTime[] {
  const groups = Map.groupBy(files, ({ group }) => group);
  return [...groups].map(([group, own]) => {
    const startedAt = Math.min(...own.map((file) => file.startedAt));
    const endedAt = Math.max(...own.map((file) => file.endedAt));
    return { group, seconds: toSeconds(endedAt - startedAt) };
  });
}

/** The slowest file first. */
export function listFiles(files: readonly TestFile[]): FileTime[] {
  return files
    .map(({ file, tests, startedAt, endedAt }) => ({
      file,
      tests,
      seconds: toSeconds(endedAt - startedAt),
    }))
    .sort((one, other) => other.seconds - one.seconds);
}

/** The longest wait first. Importing the files counts as one: tests wait for it too. */
export function sumWaits(waits: readonly Wait[], files: readonly TestFile[]): WaitTime[] {
  const imports = files.map(({ importMs }) => ({ what: 'import of a test file', ms: importMs }));
  return [...Map.groupBy([...waits, ...imports], ({ what }) => what)]
    .map(([waitsFor, own]) => ({
      waitsFor,
      count: own.length,
      seconds: toSeconds(own.reduce((sum, { ms }) => sum + ms, 0)),
    }))
    .sort((one, other) => other.seconds - one.seconds);
}

export function readWaits(folder: string): Wait[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Wait),
  );
}

export function formatTimes(files: readonly FileTime[], waits: readonly WaitTime[]): string {
  const note = 'Tests run side by side: their waits add up to more than the run took.';
  return [formatTable(files), formatTable(waits), note].join('\n\n');
}

/** `check 22 s, unit 31 s, whole 1 min 3 s, on 2 cores` */
export function formatGroups(groups: readonly GroupTime[], cores: number): string {
  const times = groups.map(({ group, seconds }) => `${group} ${formatSeconds(seconds)}`);
  return `${times.join(', ')}, on ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

export function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
