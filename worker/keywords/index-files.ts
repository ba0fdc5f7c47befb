import { statSync } from 'node:fs';

import { KeywordIndex } from './keyword-index.ts';
import { schema3 } from './schema-3/index.ts';
import {
  currentSchema,
  indexPath,
  openIndexFile,
  openIndexFileToRead,
  openOlderFile,
  readInode,
  removeIndex,
  setAsideIndex,
} from './schema.ts';

/** `read`: the index is searched and never changed, not even created. */
export type Access = 'read' | 'write';

/** The keyword files of a folder, for `./pulse status`. */
export interface IndexState {
  /** Since when the file of this release has every document; null while it is built. */
  readonly fullSince: string | null;
  /** Documents in it. */
  readonly documents: number;
  /** Of the file of the release before: null when it is gone. */
  readonly older: { readonly documents: number; readonly bytes: number } | null;
}

/** The file of the release before goes when the new one has been full for so long. */
const olderKeptMs = 7 * 24 * 60 * 60 * 1_000;

interface OpenIndex {
  readonly index: KeywordIndex;
  readonly inode: number | undefined;
}

/**
 * The keyword index of this release and, after an update, that of the release before, in one
 * folder. The older one is searched until the new one has every document, and is written with it,
 * so that replicas of both releases find everything.
 */
export class IndexFiles {
  readonly #folder: string;
  readonly #access: Access;
  #newest: OpenIndex | undefined;
  #older: OpenIndex | undefined;
  #isFull = false;

  constructor(folder: string, access: Access) {
    this.#folder = folder;
    this.#access = access;
  }

  /**
   * Opens the index at the first call, again after an error, and again when another process has set
   * the file aside and created a new one.
   */
  newest(): KeywordIndex {
    const inode = readInode(this.#folder);
    if (this.#newest !== undefined && this.#newest.inode !== inode) this.#closeNewest();
    const open = this.#access === 'read' ? openIndexFileToRead : openIndexFile;
    this.#newest ??= {
      index: new KeywordIndex(open(this.#folder), currentSchema),
      inode: readInode(this.#folder),
    };
    return this.#newest.index;
  }

  /** @returns the index of the release before, while it is there and can be used */
  older(): KeywordIndex | undefined {
    const inode = readInode(this.#folder, schema3);
    if (this.#older?.inode === inode) return this.#older?.index;
    this.#closeOlder();
    if (inode === undefined) return undefined;
    const open = this.#access === 'read' ? openIndexFileToRead : openOlderFile;
    try {
      this.#older = { index: new KeywordIndex(open(this.#folder, schema3), schema3), inode };
    } catch {
      // Damaged, or of a schema before: replicas of its release say so.
    }
    return this.#older?.index;
  }

  /** @returns the index that has every document: the older one until the newest has them */
  searched(): KeywordIndex {
    const older = this.#isFull ? undefined : this.older();
    if (older === undefined) return this.newest();
    if (this.#access === 'read' && readInode(this.#folder) === undefined) return older;
    const newest = this.newest();
    this.#isFull = newest.fullSince() !== undefined;
    return this.#isFull ? newest : older;
  }

  state(): IndexState {
    const newest = this.newest();
    const older = this.older();
    return {
      fullSince: newest.fullSince()?.toISOString() ?? null,
      documents: newest.countPages(),
      older:
        older === undefined
          ? null
          : { documents: older.countPages(), bytes: sizeOf(indexPath(this.#folder, schema3)) },
    };
  }

  /** Deletes the older file when it is time. @returns whether it did */
  retireOlder(now: Date): boolean {
    if (readInode(this.#folder, schema3) === undefined) return false;
    const since = this.newest().fullSince();
    if (since === undefined || now.getTime() - since.getTime() < olderKeptMs) return false;
    this.#closeOlder();
    removeIndex(this.#folder, schema3);
    return true;
  }

  startEmpty(now: Date): string {
    this.#closeNewest();
    return setAsideIndex(this.#folder, now);
  }

  close(): void {
    this.#closeNewest();
    this.#closeOlder();
  }

  #closeNewest(): void {
    this.#newest?.index.close();
    this.#newest = undefined;
    this.#isFull = false;
  }

  #closeOlder(): void {
    this.#older?.index.close();
    this.#older = undefined;
  }
}

function sizeOf(path: string): number {
  return [path, `${path}-wal`].reduce(
    (sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
