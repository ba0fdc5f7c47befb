import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
export const imageFolder = join(root, 'docs/images');
export const digestFile = join(imageFolder, 'templates.sha256');

/** @returns a digest of all that the page is written with */
export function digestTemplates(): string {
  const digest = createHash('sha256');
  for (const path of globSync('worker/page/**/*.*', { cwd: root }).sort())
    digest.update(`${path}\n`).update(readFileSync(join(root, path)));
  return digest.digest('hex');
}
