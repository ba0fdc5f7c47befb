import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const folder = join(import.meta.dirname, '../../../fixtures/pages');
const pages = globSync('*.html', { cwd: folder })
  .sort()
  .map((name) => basename(name, '.html'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

test.each(pages)('a page of the kind %s is what its reader sees, once and in order', (page) => {
  expect(`${clean(convertHtml(read(`${page}.html`)).markdown)}\n`).toBe(read(`${page}.txt`));
});
