import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../worker/postgres/migrations');

/** One step of the database's schema, as the worker of this tree knows it. */
export interface Migration {
  readonly name: string;
  /**
   * The last migration that a worker has to know to work with the schema after this one; absent, it
   * has to know this one.
   */
  readonly oldestReader: string | undefined;
}

/** Reads the migrations that the worker of this tree knows, in their order. */
function readMigrations(from = folder): Migration[] {
  return readdirSync(from)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const [, oldestReader] =
        /^-- oldest reader: (\S+)$/m.exec(readFileSync(join(from, name), 'utf8')) ?? [];
      return { name, oldestReader };
    });
}

/** @returns the migration with which the schema of this tree ends */
export function lastMigration(): string {
  return readMigrations().at(-1)?.name ?? '';
}

/**
 * Finds the migrations that keep a worker of before from working with the schema of this tree.
 *
 * @param known the last migration that the worker knows
 */
export function findUnreadable(
  known: string,
  migrations: readonly Migration[] = readMigrations(),
): string[] {
  return migrations
    .filter(({ name, oldestReader = name }) => name > known && oldestReader > known)
    .map(({ name }) => name);
}
