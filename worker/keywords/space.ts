import { statfsSync, statSync } from 'node:fs';

import { PulseError } from '../errors.ts';
import { schema3 } from './schema-3/index.ts';
import { indexPath } from './schema.ts';

/** Merging segments writes parts of the file a second time. */
const margin = 1.2;

/**
 * Checks that a keyword index can be built beside that of the release before, which is about as
 * large.
 *
 * @throws PulseError KEYWORDS_SPACE
 */
export function checkSpace(folder: string): void {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const wanted = sizeOf(indexPath(folder, schema3)) * margin - sizeOf(indexPath(folder));
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (wanted <= free) return;
  const inMiB = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);
  throw new PulseError(
    'KEYWORDS_SPACE',
    'away',
    `the new keyword index takes ${inMiB(wanted)} MiB beside the old one in ${folder}, ` +
      `and ${inMiB(free)} MiB are free`,
  );
}
