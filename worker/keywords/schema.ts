import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describeError, PulseError } from '../errors.ts';
import { schema4 } from './schema-4.ts';
import { judgeFolder } from './volume.ts';
import type { Verdict } from './volume.ts';
import type { WordsSchema } from './words-schema.ts';

/**
 * Of this release. Its version is stored in the file, so that a process of another version refuses
 * it. Increase it with any change of the tables below or of worker/text; the file gets another name
 * then, is built beside the old one, and the old one is searched until it is full.
 */
export const currentSchema = schema4;
/**
 * Eight writers of one host wait for each other 34 ms at most (measured). A process that holds the
 * lock for longer is stopped or stuck; then the job is tried again later.
 */
const busyTimeoutMs = 50;

/** @returns the statements that make the tables of a schema */
const buildTables = (schema: WordsSchema): string => `
  CREATE TABLE pages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL
    ${schema.buildNames === undefined ? '' : ', facets TEXT NOT NULL'}
  ) STRICT;
  CREATE TABLE passages (
    row INTEGER PRIMARY KEY,
    page INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    body TEXT NOT NULL,
    ${schema.buildNames === undefined ? '' : 'headings TEXT NOT NULL, prefix TEXT,'}
    UNIQUE (page, chunk)
  ) STRICT;
  -- How far an unfinished rebuild is.
  CREATE TABLE progress (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  -- The text is in the table passages only. Deleting a row needs no text: it leaves a mark, which the
  -- next merge of segments removes.
  ${buildWordsTable('words', schema.columns, schema)}
  ${schema.buildNames === undefined ? '' : buildWordsTable('names', nameColumns, schema)}
`;

/** Of the table `names`. */
const nameColumns = ['forms', 'facets'];

/**
 * Each write adds a segment. While documents come in, eight are merged at a time, which costs a
 * tenth less than four; in pauses (`KeywordIndex.merge`) two at a time.
 */
function buildWordsTable(
  name: string,
  columns: readonly string[],
  { tokenizer }: WordsSchema,
): string {
  return `
    CREATE VIRTUAL TABLE ${name} USING fts5 (
      ${columns.join(', ')},
      content = '',
      contentless_delete = 1,
      tokenize = "${tokenizer}"
    );
    INSERT INTO ${name} (${name}, rank) VALUES ('automerge', 8), ('usermerge', 2);`;
}

/** The file of a keyword index in its folder. */
export function indexPath(folder: string, { file } = currentSchema): string {
  return join(folder, file);
}

/**
 * Opens a keyword index for reading alone: it neither creates nor changes it.
 *
 * @throws PulseError as `openIndexFile`, and KEYWORDS_VOLUME when there is no index yet
 */
export function openIndexFileToRead(
  folder: string,
  schema: WordsSchema = currentSchema,
): DatabaseSync {
  return openOn(folder, schema, { readOnly: true }, (db) => {
    db.exec('PRAGMA cache_size = -8000');
    checkVersion(db, schema);
  });
}

/**
 * Opens the keyword index of an earlier schema, which is never created.
 *
 * @throws PulseError as `openIndexFile`
 */
export function openOlderFile(folder: string, schema: WordsSchema): DatabaseSync {
  return openOn(folder, schema, {}, (db) => {
    db.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -8000');
    checkVersion(db, schema);
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
  return openOn(folder, currentSchema, {}, (db) => {
    // FULL: a document that Postgres says can be found is on the disk, even after a power cut.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000');
    createTables(db);
  });
}

function openOn(
  folder: string,
  schema: WordsSchema,
  options: { readOnly?: boolean },
  prepare: (db: DatabaseSync) => void,
): DatabaseSync {
  const verdict = judgeFolder(folder);
  refuse(folder, verdict);
  const db = new DatabaseSync(indexPath(folder, schema), { timeout: busyTimeoutMs, ...options });
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
  const { version } = currentSchema;
  if (readVersion(db) === version) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    if (readVersion(db) !== version) {
      const { count } = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
        count: number;
      };
      if (count > 0) checkVersion(db, currentSchema);
      db.exec(`${buildTables(currentSchema)}; PRAGMA user_version = ${version}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function checkVersion(db: DatabaseSync, { version }: WordsSchema): void {
  const found = readVersion(db);
  if (found === version) return;
  const [code, age] =
    found > version
      ? (['KEYWORDS_SCHEMA', 'newer'] as const)
      : (['KEYWORDS_OUTDATED', 'older'] as const);
  throw new PulseError(
    code,
    'away',
    `the keyword index has schema ${found}, ${age} than this worker's ${version}`,
  );
}

function readVersion(db: DatabaseSync): number {
  return (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** @returns the inode of an index file, by which a replaced one is noticed; undefined without one */
export function readInode(folder: string, schema = currentSchema): number | undefined {
  return statSync(indexPath(folder, schema), { throwIfNoEntry: false })?.ino;
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
  removeLogs(folder, currentSchema);
  return kept;
}

/** Deletes the file of an earlier schema. */
export function removeIndex(folder: string, schema: WordsSchema): void {
  rmSync(indexPath(folder, schema), { force: true });
  removeLogs(folder, schema);
}

function removeLogs(folder: string, schema: WordsSchema): void {
  for (const log of ['-wal', '-shm']) rmSync(`${indexPath(folder, schema)}${log}`, { force: true });
}
