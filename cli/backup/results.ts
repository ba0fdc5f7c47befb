import { prefixOf } from '../../settings/names.ts';
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

export async function recordResult(
  database: Database,
  what: BackupRow['what'],
  result: BackupResult,
): Promise<void> {
  await runInImage(database, ['record', what], { env: { RESULT: JSON.stringify(result) } });
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
