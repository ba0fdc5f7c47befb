import { prefixOf } from '../../settings/names.ts';
import { say } from '../command.ts';
import { captureLines } from '../process.ts';
import { runInImage } from './database.ts';
import type { Database } from './database.ts';

/** What came of the last backup of a stack, or of the last drill; kept in its own database. */
export interface BackupResult {
  readonly ok: boolean;
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** For people: where the backup is and how many documents it has, or what was wrong. */
  readonly result: string;
}

export interface BackupRow extends BackupResult {
  readonly what: 'backup' | 'drill';
}

/** Keeps it for `./pulse status`. What was done counts, also where Postgres does not take the note. */
export async function keepResult(
  database: Database,
  what: BackupRow['what'],
  ok: boolean,
  result: string,
): Promise<void> {
  const kept: BackupResult = { ok, at: new Date().toISOString(), result };
  const env = { RESULT: JSON.stringify(kept) };
  await runInImage(database, ['record', what], { env }).catch((error: unknown) =>
    say(`./pulse status will not show it: ${String(error)}`),
  );
}

const question =
  'psql -XqtA -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c ' +
  `"SELECT json_build_object('what', key)::jsonb || value FROM operator ` +
  `WHERE key IN ('backup', 'drill') ORDER BY key"`;

/** Reads the results of the last backup and drill, as far as there were any. */
export async function readResults(stack: string): Promise<BackupRow[]> {
  const container = `${prefixOf(stack)}_postgres`;
  const lines = await captureLines('docker', ['exec', container, 'sh', '-c', question]);
  return lines.map((line) => JSON.parse(line) as BackupRow);
}
