import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import ignore from 'ignore';
import type { Ignore } from 'ignore';

import { describeFault, EntryFault } from './entry-fault.ts';

/** The patterns of one file, which hold for what lies beneath its folder. */
export interface IgnoreRules {
  /** Where the paths that are compared begin: absolute. */
  readonly base: string;
  readonly rules: Ignore;
}

/** Patterns as in `.gitignore`; git compares letters as they are. */
export function readPatterns(patterns: string | readonly string[]): Ignore {
  return ignore({ ignorecase: false, allowRelativePaths: true }).add(patterns);
}

/**
 * A pattern may also be a path as a shell completes it: `./drafts`, `/srv/handbook/drafts`, and
 * `handbook/drafts` where `handbook` is the folder.
 */
export function anchorPattern(pattern: string, folder: string): string {
  const named = resolve(pattern);
  // No path of the folder leads out of it first.
  const isOfFolder = !pattern.startsWith('..') && existsSync(join(folder, pattern));
  if (pattern.includes('/') && existsSync(named) && !isOfFolder) {
    const real = join(realpathSync(dirname(named)), basename(named));
    if (real.startsWith(`${folder}${sep}`))
      return `${real.slice(folder.length)}${pattern.endsWith('/') ? '/' : ''}`;
  }
  if (pattern.startsWith('./')) return pattern.slice(1);
  return pattern.startsWith(`${folder}/`) ? pattern.slice(folder.length) : pattern;
}

/**
 * @returns the rules of a folder's `.gitignore`; undefined where it has none
 * @throws EntryFault when it cannot be read: then nobody knows what it leaves out
 */
export function readIgnoreFile(folder: string, name = '.gitignore'): IgnoreRules | undefined {
  const file = join(folder, name);
  try {
    return {
      base: folder,
      rules: readPatterns(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')),
    };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Git takes a folder of that name for none, too.
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return undefined;
    throw new EntryFault(`is left out, because ${file} ${describeFault(error)}`);
  }
}

/**
 * The rules of the folders above, up to the root of the repository that holds them. A folder that
 * they ignore themselves was named all the same: then they say nothing of what is in it.
 */
export function readRulesAbove(folder: string): IgnoreRules[] {
  const above: string[] = [];
  let root = folder;
  while (!existsSync(join(root, '.git'))) {
    if (dirname(root) === root) return [];
    root = dirname(root);
    above.unshift(root);
  }
  const excluded = readIgnoreFile(join(findGitFolder(root), 'info'), 'exclude');
  const found = [
    ...(excluded === undefined ? [] : [{ ...excluded, base: root }]),
    ...above.map((one) => readIgnoreFile(one)).filter((one) => one !== undefined),
  ];
  return root !== folder && isIgnored(found, folder, true) ? [] : found;
}

/** `.git`, or what it names as a file: of a submodule, or of a worktree, which shares another. */
function findGitFolder(root: string): string {
  const named = readLine(join(root, '.git'), /^gitdir:[ \t]*(.+)$/m);
  if (named === undefined) return join(root, '.git');
  const folder = resolve(root, named);
  return resolve(folder, readLine(join(folder, 'commondir'), /^(.+)$/m) ?? '.');
}

/** @returns what the pattern finds in a file; undefined where it is no such file */
function readLine(file: string, pattern: RegExp): string | undefined {
  try {
    return pattern.exec(readFileSync(file, 'utf8'))?.[1]?.trim();
  } catch {
    return undefined;
  }
}

/** As in git, what stands nearest to the file says the last word. */
export function isIgnored(all: readonly IgnoreRules[], path: string, isFolder: boolean): boolean {
  for (const { base, rules } of all.toReversed()) {
    const within = relative(base, path).split(sep).join('/');
    const { ignored, unignored } = rules.test(isFolder ? `${within}/` : within);
    if (ignored || unignored) return ignored;
  }
  return false;
}
