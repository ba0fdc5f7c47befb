import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { onTestFinished } from 'vitest';

import { readDocuments } from '../../cli/pages.ts';
import type { PageOptions } from '../../cli/pages.ts';
import type { EndLine, FaultLine, FolderLine, PageLine } from '../../shared/folder-lines.ts';

/**
 * Makes a folder of these files, which is gone after the test. A name that ends with a slash is an
 * empty folder.
 */
export function makeFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const base = mkdtempSync(join(tmpdir(), 'pulse-pages-'));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const folder = join(base, 'guide');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, name.endsWith('/') ? '.' : '..'), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** What `./pulse index` makes of a folder. */
export async function read(path: string, options: Partial<PageOptions> = {}) {
  const { input } = readDocuments(path, { stack: 'dev', as: 'guide', ...options });
  const lines = (await text(input)).split('\n').filter((line) => line !== '');
  const parsed = lines.map((line) => JSON.parse(line) as FolderLine);
  const { end } = parsed.at(-1) as EndLine;
  return {
    pages: parsed.filter((line): line is PageLine => 'page' in line).map(({ page }) => page),
    paths: parsed.filter((line): line is PageLine => 'page' in line).map((line) => line.path),
    faults: parsed.filter((line): line is FaultLine => 'problem' in line),
    leftOut: end.leftOut,
    end,
  };
}
/** The counts of {@link read} by kind. */
export const countsOf = ({ leftOut }: Pick<EndLine['end'], 'leftOut'>) =>
  Object.fromEntries(leftOut.map(({ kind, count }) => [kind, count]));
