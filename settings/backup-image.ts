import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the image of backups is built from. */
export const contextFolder = join(import.meta.dirname, '../backup');

/**
 * The image with restic and the programs of the stack's Postgres; its tag is the hash of what it is
 * made from.
 */
export function backupImage(postgresImage: string): string {
  const hash = createHash('sha256').update(postgresImage);
  for (const name of readdirSync(contextFolder).sort())
    hash.update(`\0${name}\0`).update(readFileSync(join(contextFolder, name)));
  return `pulse-backup:${hash.digest('hex').slice(0, 16)}`;
}
