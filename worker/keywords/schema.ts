import { mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { PulseError } from '../errors.ts';

/**
 * Part of the file, so that a process of another version never misreads it. Changed with anything
 * below or in terms.ts.
 */
const schemaVersion = 3;
/**
 * Writers of this host wait 34 ms at the worst; whoever holds the lock for longer is stopped or
 * stuck, and waiting for it belongs to the job.
 */
const busyTimeoutMs = 50;
/**
 * NFS, CIFS, SMB2, 9p, FUSE-less cluster file systems: their locks do not hold what SQLite's log
 * needs. Numbers of statfs(2).
 */
const networkFileSystems: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x517b: 'SMB',
  0x01021997: '9p',
  0x00c36400: 'CephFS',
  0x47504653: 'GPFS',
  0x0bd00bd0: 'Lustre',
};

const tables = `
  CREATE TABLE pages (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL) STRICT;
  CREATE TABLE passages (row INTEGER PRIMARY KEY, page INTEGER NOT NULL, chunk INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (page, chunk)) STRICT;
  -- How far a rebuild has come.
  CREATE TABLE progress (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- The text stands in passages alone; a deleted row leaves a mark that merging clears, and needs not to be read again.
  CREATE VIRTUAL TABLE words USING fts5 (title, headings, body, names, exact, facets, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2');
  -- Every write adds a segment; merging eight at a time in place of four costs a tenth less.
  INSERT INTO words (words, rank) VALUES ('automerge', 8);
`;

export function indexPath(folder: string): string {
  return join(folder, 'keywords.sqlite');
}

/**
 * @throws PulseError KEYWORDS_NETWORK, KEYWORDS_SCHEMA, KEYWORDS_OUTDATED, KEYWORDS_CORRUPT,
 *   KEYWORDS_VOLUME
 */
export function openIndexFile(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  refuseNetworkFileSystem(folder, statfsSync(folder).type);
  const db = new DatabaseSync(indexPath(folder), { timeout: busyTimeoutMs });
  try {
    // FULL: what Postgres says is findable is on the disk, also after a power cut.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000');
    bringUp(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function refuseNetworkFileSystem(folder: string, type: number): void {
  const name = networkFileSystems[type];
  if (name !== undefined)
    throw new PulseError(
      'KEYWORDS_NETWORK',
      'away',
      `${folder} is on a network file system (${name}), where SQLite's locks do not hold`,
    );
}

/** Makes the tables in an empty file; the first of many processes does it, the others wait. */
function bringUp(db: DatabaseSync): void {
  if (versionOf(db) === schemaVersion) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    if (versionOf(db) !== schemaVersion) {
      const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
        count: number;
      };
      if (count > 0) throw ofAnotherSchema(versionOf(db));
      db.exec(`${tables}; PRAGMA user_version = ${schemaVersion}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function ofAnotherSchema(found: number): PulseError {
  const [code, age] =
    found > schemaVersion
      ? (['KEYWORDS_SCHEMA', 'newer'] as const)
      : (['KEYWORDS_OUTDATED', 'older'] as const);
  return new PulseError(
    code,
    'away',
    `the keyword index has schema ${found}, ${age} than this worker's ${schemaVersion}`,
  );
}

function versionOf(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** Which file a path leads to now; undefined when to none. */
export function readInode(folder: string): number | undefined {
  return statSync(indexPath(folder), { throwIfNoEntry: false })?.ino;
}

/**
 * Puts an unusable file aside, its log removed with it, so that the next to open makes a new one.
 * The name of what was kept.
 */
export function setAsideIndex(folder: string, now: Date): string {
  const kept = `${indexPath(folder)}.unusable-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(indexPath(folder), kept);
  for (const log of ['-wal', '-shm']) rmSync(`${indexPath(folder)}${log}`, { force: true });
  return kept;
}
