import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';
import { keywordPage } from '../../../harness/keyword-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulse-name-spellings-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

/** @returns an index of these texts, and what finds their numbers in it, best first */
export function indexTexts(...texts: readonly string[]) {
  const index = new KeywordIndex(openIndexFile(join(folder, String((files += 1)))), currentSchema);
  afterAll(() => index.close());
  index.replace(texts.map((text, number) => keywordPage(number, text)));
  const numbers = new Map(texts.map((_, number) => [keywordPage(number, '').url, number]));
  const find = (query: string, limit = 5): (number | undefined)[] =>
    index.search(query, {}, limit).map(({ url }) => numbers.get(url));
  return { index, find };
}
