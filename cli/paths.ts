import { join } from 'node:path';

/** The folder of this clone. */
export const root = join(import.meta.dirname, '..');

/** What belongs to this clone alone and is ignored by git. */
export const machineFolder = join(root, '.pulse');
