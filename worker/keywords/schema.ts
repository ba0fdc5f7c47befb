import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describeError, PulseError } from '../errors.ts';
import { judgeFolder } from './volume.ts';
import type { Verdict } from './volume.ts';

/**
 * Stored in the file, so that a process of another version refuses it. Increase it with any change
 * of the tables below or of terms.ts.
 */
const schemaVersion = 4;
/**
 * Eight writers of one host wait for each other 34 ms at most (measured). A process that holds the
 * lock for longer is stopped or stuck; then the job is tried again later.
 */
const busyTimeoutMs = 50;

/** What makes words of texts, everywhere in the index and where what it found is highlighted. */
export const tokenizer = 'porter unicode61 remove_diacritics 2';

const tables = `
  CREATE TABLE pages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    -- As in the table words, which has no text to read them from.
    facets TEXT NOT NULL
  ) STRICT;
  CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    page INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    body TEXT NOT NULL,
    -- The header row of the table in whose middle the chunk begins.
    prefix TEXT,
    UNIQUE (page, chunk)
  ) STRICT;
  -- How far an unfinished rebuild is.
  CREATE TABLE progress (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- The text is in the table passages only. Deleting a row needs no text: it leaves a mark, which the
  -- next merge of segments removes.
  CREATE VIRTUAL TABLE words USING fts5 (
    title, headings, body, names, exact, facets,
    content = '',
    contentless_delete = 1,
    tokenize = '${tokenizer}'
  );
  -- Each write adds a segment. Merging eight segments at a time costs a tenth less than merging four.
  INSERT INTO words (words, rank) VALUES ('automerge', 8);
`;

/** The file of the keyword index in its folder. */
function indexPath(folder: string): string {
  return join(folder, 'keywords.sqlite');
}

/**
 * Opens the keyword index for reading alone: it neither creates nor changes it.
 *
 * @throws PulseError as `openIndexFile`, and KEYWORDS_VOLUME when there is no index yet
 */
export function openIndexFileToRead(folder: string): DatabaseSync {
  return openOn(folder, { readOnly: true }, (db) => {
    db.exec('PRAGMA cache_size = -8000');
    const version = readVersion(db);
    if (version !== schemaVersion) throw otherSchemaError(version);
  });
}

/**
 * Opens the keyword index; creates it when there is none.
 *
 * @throws PulseError KEYWORDS_NETWORK, KEYWORDS_FUSE, KEYWORDS_SCHEMA, KEYWORDS_OUTDATED,
 *   KEYWORDS_CORRUPT, KEYWORDS_VOLUME
 */
export function openIndexFile(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  return openOn(folder, {}, (db) => {
    // FULL: a document that Postgres says can be found is on the disk, even after a power cut.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000');
    createTables(db);
  });
}

function openOn(
  folder: string,
  options: { readOnly?: boolean },
  prepare: (db: DatabaseSync) => void,
): DatabaseSync {
  const verdict = judgeFolder(folder);
  refuse(folder, verdict);
  const db = new DatabaseSync(indexPath(folder), { timeout: busyTimeoutMs, ...options });
  try {
    prepare(db);
    return db;
  } catch (error) {
    db.close();
    throw verdict.use === 'risky' && isVolumeFault(error)
      ? fuseError(folder, verdict, error)
      : error;
  }
}

function refuse(folder: string, { use, name }: Verdict): void {
  if (use === 'refused')
    throw new PulseError(
      'KEYWORDS_NETWORK',
      'away',
      `${folder} is on a network file system (${name}), where SQLite's locks do not hold`,
    );
}

/** The file cannot be read, mapped into memory or opened (IOERR, PROTOCOL, CANTOPEN). */
function isVolumeFault(error: unknown): boolean {
  const { errcode = 0 } = Object(error) as { errcode?: number };
  return [10, 14, 15].includes(errcode & 0xff);
}

function fuseError(folder: string, { name }: Verdict, error: unknown): PulseError {
  const problem = `${folder} is on ${name}, which SQLite cannot use: ${describeError(error)}`;
  return new PulseError('KEYWORDS_FUSE', 'away', problem, error);
}

/** Creates the tables in an empty file. One of many processes does it, the others wait for it. */
function createTables(db: DatabaseSync): void {
  if (readVersion(db) === schemaVersion) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    if (readVersion(db) !== schemaVersion) {
      const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
        count: number;
      };
      if (count > 0) throw otherSchemaError(readVersion(db));
      db.exec(`${tables}; PRAGMA user_version = ${schemaVersion}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function otherSchemaError(found: number): PulseError {
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

function readVersion(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** @returns the inode of the index file, by which a replaced file is noticed; undefined without one */
export function readInode(folder: string): number | undefined {
  return statSync(indexPath(folder), { throwIfNoEntry: false })?.ino;
}

/**
 * Renames an unusable file and removes its log, so that the next process to open the index creates
 * a new one.
 *
 * @returns the new name of the file
 */
export function setAsideIndex(folder: string, now: Date): string {
  const kept = `${indexPath(folder)}.unusable-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(indexPath(folder), kept);
  for (const log of ['-wal', '-shm']) rmSync(`${indexPath(folder)}${log}`, { force: true });
  return kept;
}
