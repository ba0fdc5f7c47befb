import { existsSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, join, sep } from 'node:path';

import type { Ignore } from 'ignore';

import { describeFault } from './entry-fault.ts';
import { isIgnored, readIgnoreFile, readRulesAbove } from './ignore-files.ts';
import type { IgnoreRules } from './ignore-files.ts';
import { endingOf, kindLeftOut, kindOf } from './kinds.ts';
import { LeftOut } from './left-out.ts';

/** What is wrong with an entry; the path of a folder ends with a slash. */
export interface FaultyEntry {
  readonly path: string;
  readonly problem: string;
}

/** Every entry of a folder is in one of the three. */
export interface Listing {
  /** Pages within the folder, in the order of their paths, parted by slashes. */
  readonly files: readonly string[];
  readonly faults: readonly FaultyEntry[];
  readonly leftOut: LeftOut;
}

/**
 * Lists the pages of a folder. Links are followed last, so that a page that is reached both ways
 * has its own path.
 *
 * @param folder without links
 * @param exclude patterns of what is left out besides
 * @throws an error of the file system when the folder itself cannot be read
 */
export function listPages(folder: string, exclude: Ignore): Listing {
  return new Walk(folder, exclude).run();
}

const problemOfNamedFolder =
  'is a folder, and has the name of a page; what is in it is taken as from any folder';

class Walk {
  readonly #folder: string;
  readonly #exclude: Ignore;
  readonly #files: string[] = [];
  readonly #faults: FaultyEntry[] = [];
  readonly #leftOut = new LeftOut();
  /** Links that were met, and the rules of their folder. */
  readonly #links: { path: string; rules: readonly IgnoreRules[] }[] = [];
  /** Folders that were left out whole; their files are counted at the end. */
  readonly #skipped: { kind: string; path: string; real: string }[] = [];
  /** What was taken, by its path without links. */
  readonly #taken = new Set<string>();

  constructor(folder: string, exclude: Ignore) {
    this.#folder = folder;
    this.#exclude = exclude;
  }

  run(): Listing {
    this.#enter('', this.#folder, readRulesAbove(this.#folder));
    for (let link = this.#links.shift(); link !== undefined; link = this.#links.shift())
      this.#follow(link.path, link.rules);
    for (const { kind, path, real } of this.#skipped) {
      const count = this.#taken.has(real) ? 0 : this.#countFiles(real);
      if (count > 0) this.#leftOut.add(kind, `${path}/`, count);
    }
    return { files: this.#files.sort(), faults: this.#faults, leftOut: this.#leftOut };
  }

  /** @param path empty for the folder itself */
  #enter(path: string, real: string, above: readonly IgnoreRules[]): void {
    if (this.#taken.has(real)) return;
    this.#taken.add(real);
    let entries: Dirent[];
    let own: IgnoreRules | undefined;
    try {
      entries = readdirSync(real, { withFileTypes: true });
      own = readIgnoreFile(real);
    } catch (error) {
      // Of a folder that cannot be read nothing is gone, and nothing there.
      if (path === '') throw error;
      this.#fault(`${path}/`, error);
      return;
    }
    const rules = own === undefined ? above : [...above, own];
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1)))
      this.#meet(entry, path === '' ? entry.name : `${path}/${entry.name}`, real, rules);
  }

  #meet(entry: Dirent, path: string, parent: string, rules: readonly IgnoreRules[]): void {
    const real = join(parent, entry.name);
    const isFolder = entry.isDirectory();
    const isLink = entry.isSymbolicLink();
    const kind = this.#kindLeftOut(path, real, isFolder || isLink, rules);
    if (kind !== undefined && isFolder) this.#skipped.push({ kind, path, real });
    else if (kind !== undefined) this.#leftOut.add(kind, path);
    else if (entry.name.includes('\uFFFD'))
      this.#faults.push({ path, problem: 'has a name that is not UTF-8' });
    else if (isLink) this.#links.push({ path, rules });
    else if (isFolder) this.#enterNamed(path, real, rules);
    else if (entry.isFile()) this.#take(path, real);
    else this.#leftOut.add('no regular file', path);
  }

  #kindLeftOut(
    path: string,
    real: string,
    isFolder: boolean,
    rules: readonly IgnoreRules[],
  ): string | undefined {
    const name = basename(real);
    const byName = kindLeftOut(name, isFolder);
    if (byName !== undefined) return byName;
    if (this.#exclude.ignores(isFolder ? `${path}/` : path)) return 'by --exclude';
    if (isIgnored(rules, real, isFolder)) return 'by .gitignore';
    // A virtual environment of Python: packages, whatever its folder is called.
    return isFolder && existsSync(join(real, 'pyvenv.cfg')) ? `in ${name}` : undefined;
  }

  #enterNamed(path: string, real: string, rules: readonly IgnoreRules[]): void {
    if (kindOf(path) !== undefined)
      this.#faults.push({ path: `${path}/`, problem: problemOfNamedFolder });
    this.#enter(path, real, rules);
  }

  #take(path: string, real: string): void {
    if (kindOf(path) === undefined) {
      this.#leftOut.add(endingOf(path) || 'without an ending', path);
      return;
    }
    if (this.#taken.has(real)) {
      this.#leftOut.add('linked a second time', path);
      return;
    }
    this.#taken.add(real);
    this.#files.push(path);
  }

  #follow(path: string, rules: readonly IgnoreRules[]): void {
    const link = join(this.#folder, path);
    let real: string;
    let isFolder: boolean;
    try {
      real = realpathSync(link);
      const target = statSync(real);
      isFolder = target.isDirectory();
      if (!isFolder && !target.isFile()) return this.#leftOut.add('no regular file', path);
    } catch (error) {
      return this.#meetBrokenLink(path, link, error);
    }
    if (!isFolder) return this.#take(path, real);
    if (this.#taken.has(real)) return this.#leftOut.add('linked a second time', path);
    if (!`${real}${sep}`.startsWith(`${this.#folder}${sep}`.replace(/^\/\/$/, '/')))
      return this.#leftOut.add('linked from elsewhere', `${path} -> ${real}`, 1, true);
    this.#enterNamed(path, real, rules);
  }

  /** A link to nowhere may have been a page or a folder; of any other ending it is neither. */
  #meetBrokenLink(path: string, link: string, error: unknown): void {
    if (kindOf(path) === undefined && endingOf(path) !== '')
      return this.#leftOut.add(endingOf(path), path);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return this.#fault(path, error);
    const target = readlinkSync(link);
    this.#faults.push({ path, problem: `is a link to ${target}, which does not exist` });
  }

  #fault(path: string, error: unknown): void {
    this.#faults.push({ path, problem: describeFault(error) });
  }

  /** Everything beneath a folder that was left out, less what was taken through a link. */
  #countFiles(folder: string): number {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return 1;
    }
    let count = 0;
    for (const entry of entries) {
      const real = join(folder, entry.name);
      if (this.#taken.has(real)) continue;
      count += entry.isDirectory() ? this.#countFiles(real) : 1;
    }
    return count;
  }
}
