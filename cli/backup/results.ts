import { prefixOf } from '../../settings/names.ts';
import { say } from '../command.ts';
import type { Container } from '../containers.ts';
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
  const env = { RESULT_OK: String(ok), RESULT: result };
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

/**
 * What a container that backs up by the clock owes: a completed backup within twice its time.
 *
 * @param container undefined where the stack has none that runs
 * @param nowMs since 1970
 * @returns a result that is bad, or none
 */
export function findOverdue(
  container: Pick<Container, 'Config' | 'State'> | undefined,
  results: readonly BackupRow[],
  nowMs = Date.now(),
): BackupRow[] {
  const line = container?.Config.Env.find((one) => one.startsWith('BACKUP_EVERY='));
  if (container === undefined || line === undefined) return [];
  const everyMs = Number(line.slice('BACKUP_EVERY='.length)) * 1_000;
  const last = results.find(({ what, ok }) => what === 'backup' && ok)?.at;
  const since = [container.State.StartedAt, ...(last === undefined ? [] : [last])]
    .sort((one, other) => Date.parse(one) - Date.parse(other))
    .at(-1) as string;
  if (nowMs - Date.parse(since) <= 2 * everyMs) return [];
  const result = `none was completed since ${since} (./pulse logs backup)`;
  return [{ what: 'backup', ok: false, at: since, result }];
}
