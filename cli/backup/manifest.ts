import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { BackupError } from './error.ts';

export const manifestName = 'manifest.json';
export const dumpName = 'database.dump';

/** What a table has: how many rows, and the sum of their hashes, in any order. */
export interface TableContents {
  readonly rows: number;
  readonly hash: string;
}

export type Tables = Readonly<Record<string, TableContents>>;

/** What a backup has in it, counted in the snapshot of its dump. */
export interface Manifest {
  readonly format: 1;
  readonly stack: string;
  /** Begin of the dump's snapshot, ISO 8601: later changes are not in it. */
  readonly takenAt: string;
  /** The last migration that the database had. */
  readonly schema: string;
  /** Of the server. */
  readonly postgres: string;
  readonly tables: Tables;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/**
 * Reads the manifest of a backup.
 *
 * @throws BackupError when there is none, or it is not one of ours
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new BackupError('BACKUP_INCOMPLETE', `${folder} has no ${manifestName}`);
  const manifest = parseManifest(text);
  if (manifest === undefined)
    throw new BackupError('BACKUP_DAMAGED', `${join(folder, manifestName)} is no manifest`);
  return manifest;
}

export function parseManifest(text: string): Manifest | undefined {
  try {
    const found = JSON.parse(text) as Partial<Manifest>;
    const isWhole =
      found.format === 1 &&
      [found.stack, found.takenAt, found.schema].every((one) => typeof one === 'string') &&
      Object.values(found.tables ?? {}).every(({ rows }) => Number.isSafeInteger(rows)) &&
      found.tables?.['documents'] !== undefined &&
      Array.isArray(found.files) &&
      found.files.every(({ name }) => /^[\w.-]+$/.test(name)) &&
      found.files.some(({ name }) => name === dumpName);
    return isWhole ? (found as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Compares every file of a backup with its manifest.
 *
 * @returns what differs, a sentence each
 */
export async function compareFiles(folder: string, { files }: Manifest): Promise<string[]> {
  const problems: string[] = [];
  for (const { name, bytes, sha256 } of files) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) problems.push(`${name} is missing`);
    else if (found.size !== bytes) problems.push(`${name} has ${found.size} of ${bytes} bytes`);
    else if ((await hashFile(path)) !== sha256) problems.push(`${name} has other bytes`);
  }
  return problems;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Compares what was found with what the manifest says.
 *
 * @param found tables that were counted; without a hash only rows are compared
 * @returns what differs, a sentence each
 */
export function compareTables(
  expected: Tables,
  found: Readonly<Record<string, { readonly rows: number; readonly hash?: string }>>,
): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [wanted, has] = [expected[name], found[name]];
    if (has === undefined) return [`table ${name} is missing`];
    if (wanted === undefined) return [`table ${name} is not in the manifest`];
    if (has.rows !== wanted.rows) return [`table ${name} has ${has.rows} of ${wanted.rows} rows`];
    if (has.hash !== undefined && has.hash !== wanted.hash)
      return [`table ${name} has other contents`];
    return [];
  });
}
