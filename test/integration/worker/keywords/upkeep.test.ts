import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { documentIdOf } from '../../../../worker/documents/document-id.ts';
import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';
import { keepKeywordFiles } from '../../../../worker/rebuild/keyword-upkeep.ts';
import { eventually } from '../../../harness/eventually.ts';
import { keywordPage } from '../../../harness/keyword-page.ts';
import { marker, page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

/** Made by the release before schema 4. */
const olderFile = join(import.meta.dirname, '../../../fixtures/keywords-3.sqlite');
const daysMs = 24 * 60 * 60 * 1_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
  await using _worker = await stack.worker();
  await stack.intake.submit(page(1));
  await eventually('the page in the keyword index', async () => expect(await find(1)).toBe(true));
  await copyFile(olderFile, join(folder(), 'keywords.sqlite'));
  await keepUntil('a new file with every document', async () =>
    expect((await stack.services.keywords.state()).fullSince).not.toBeNull(),
  );
});
afterAll(() => stack[Symbol.asyncDispose]());

const folder = () => stack.directEnv['WEBHOOK_KEYWORD_DIR'] as string;
const find = async (number: number) =>
  (await stack.services.keywords.search(marker(number, 1), {}, 1)).length > 0;

/** Looks after the files until something holds. */
async function keepUntil(what: string, condition: () => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  const kept = keepKeywordFiles(stack.services, stopping.signal);
  await eventually(what, condition);
  stopping.abort();
  await kept;
}

/** Changes the new file alone, as workers of the release before leave it behind. */
function changeNewFile(change: (index: KeywordIndex) => void): void {
  const index = new KeywordIndex(openIndexFile(folder()), currentSchema);
  change(index);
  index.close();
}

test('what only the release before wrote comes into the new file, and what it deleted goes', async () => {
  const deleted = keywordPage(9, marker(9, 1));
  changeNewFile((index) => {
    index.remove(documentIdOf(page(1).url), Number.MAX_SAFE_INTEGER);
    index.replace([deleted]);
  });
  expect(await find(1)).toBe(false);
  expect(await find(9)).toBe(true);
  await keepUntil('the same documents as in Postgres', async () => {
    expect(await find(1)).toBe(true);
    expect(await find(9)).toBe(false);
  });
});

test('the old file goes when the new one was full for seven days, and nothing is looked after then', async () => {
  const long = new Date(Date.now() - 8 * daysMs).toISOString();
  const db = new DatabaseSync(join(folder(), 'keywords-4.sqlite'), { timeout: 5_000 });
  db.prepare("UPDATE progress SET value = ? WHERE name = 'full'").run(long);
  db.close();
  await keepKeywordFiles(stack.services, new AbortController().signal);
  expect(existsSync(join(folder(), 'keywords.sqlite'))).toBe(false);
  expect(await find(1)).toBe(true);
});
