/** The checks: what each is called, and the programs that make it. */
import { globSync } from 'node:fs';
import { join } from 'node:path';

import { findGofmt, findRuff, findShellcheck } from './programs.ts';
import type { Found } from './programs.ts';

export const root = join(import.meta.dirname, '..');

export interface Command {
  readonly program: Found;
  readonly args: readonly string[];
  /** True for a program that lists its findings and ends with 0. */
  readonly outputIsFailure?: boolean;
}

export interface Check {
  readonly name: string;
  /** They run one after the other; asked for when the check starts, since programs may be fetched. */
  readonly commands: () => readonly Command[];
  /** True where a missing program is no failure even on a machine for checks. */
  readonly optional?: boolean;
}

/** In the order in which they start: the longest first, so that all end sooner. */
export const checks: readonly Check[] = [
  { name: 'lint', commands: () => [ofNpm('oxlint')] },
  { name: 'types', commands: () => [ofNpm('tsc', '--noEmit')] },
  { name: 'dead code', commands: () => [ofNpm('knip', '--no-progress')] },
  { name: 'imports', commands: () => [ours('imports.ts')] },
  { name: 'format', commands: () => [ofNpm('oxfmt', '--check', '.')] },
  { name: 'sizes', commands: () => [ours('sizes.ts')] },
  {
    name: 'shell',
    commands: () => [
      { program: findShellcheck(), args: ['pulse', '.ci/run', ...filesEnding('.sh')] },
    ],
  },
  {
    name: 'python',
    commands: () => [
      { program: findRuff(), args: ['format', '--check', '--quiet', '.'] },
      { program: findRuff(), args: ['check', '--quiet', '--output-format=concise', '.'] },
    ],
  },
  {
    name: 'go',
    optional: true,
    commands: () => [
      { program: findGofmt(), args: ['-l', ...filesEnding('.go')], outputIsFailure: true },
    ],
  },
];

function ofNpm(name: string, ...args: string[]): Command {
  return { program: { path: join(root, 'node_modules/.bin', name) }, args };
}

function ours(script: string): Command {
  return { program: { path: process.execPath }, args: [join('checks', script)] };
}

function filesEnding(ending: string): string[] {
  return globSync(`**/*${ending}`, { cwd: root, exclude: ['**/node_modules/**'] });
}
