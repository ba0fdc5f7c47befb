import { formatTable } from '../../shared/table.ts';
import type { FoundBackup } from './folder.ts';
import type { Snapshot } from './repository.ts';
import { formatBytes } from './take.ts';

/** A backup as its JSON shows it; what is not known is null. */
export interface DescribedBackup {
  /** Its folder, or the id of its snapshot. */
  readonly backup: string;
  readonly complete: boolean;
  readonly stack: string | null;
  readonly takenAt: string | null;
  readonly documents: number | null;
  readonly bytes: number | null;
  readonly schema: string | null;
}

export function describeBackup({ folder, manifest }: FoundBackup): DescribedBackup {
  return {
    backup: folder,
    complete: manifest !== undefined,
    stack: manifest?.stack ?? null,
    takenAt: manifest?.takenAt ?? null,
    documents: manifest?.tables['documents']?.rows ?? null,
    bytes: manifest?.files.reduce((sum, file) => sum + file.bytes, 0) ?? null,
    schema: manifest?.schema ?? null,
  };
}

/** Only complete backups are stored in a repository. */
export function describeSnapshot({ id, time, hostname, tags }: Snapshot): DescribedBackup {
  const counted = tags.find((tag) => tag.startsWith('documents='));
  return {
    backup: id.slice(0, 8),
    complete: true,
    stack: hostname,
    takenAt: time,
    documents: counted === undefined ? null : Number(counted.slice('documents='.length)),
    bytes: null,
    schema: null,
  };
}

export function formatRows(rows: readonly DescribedBackup[]): string {
  return formatTable(
    rows.map(({ bytes, complete, backup, stack, takenAt, documents, schema }) => ({
      backup,
      state: complete ? 'complete' : 'NOT COMPLETE',
      stack: stack ?? '',
      takenAt: takenAt ?? '',
      documents: documents ?? '',
      size: bytes === null ? '' : formatBytes(bytes),
      schema: schema ?? '',
    })),
  );
}
