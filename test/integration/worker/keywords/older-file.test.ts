import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { Keywords } from '../../../../worker/keywords/keywords.ts';
import { checkSpace } from '../../../../worker/keywords/space.ts';
import { keywordPage } from '../../../harness/keyword-page.ts';
import { canMount, openSmallDisk } from '../../../harness/small-disk.ts';

/** Made by the release before schema 4: three pages about granite, copper and silver. */
const fixture = join(import.meta.dirname, '../../../fixtures/keywords-3.sqlite');

let folder: string;
const opened: Keywords[] = [];
const open = (access: 'read' | 'write' = 'write') => {
  const keywords = new Keywords(folder, access);
  opened.push(keywords);
  return keywords;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulse-keywords-'));
  await copyFile(fixture, join(folder, 'keywords.sqlite'));
});
afterEach(async () => {
  for (const keywords of opened.splice(0)) await keywords.close();
  await rm(folder, { recursive: true });
});

const find = async (keywords: Keywords, query: string) =>
  (await keywords.search(query, {}, 10)).map(({ passage }) => passage);
/** What a worker of the release before sees. */
const countOld = (): number => {
  const db = new DatabaseSync(join(folder, 'keywords.sqlite'), { readOnly: true });
  const { pages } = db.prepare('SELECT count(*) AS pages FROM pages').get() as { pages: number };
  db.close();
  return pages;
};

describe('after an update from a release with another keyword file', () => {
  test('the API searches the old file, also before a worker has made the new one', async () => {
    const api = open('read');
    expect(await find(api, 'granite')).toEqual(['granite in the hills']);
    expect(existsSync(join(folder, 'keywords-4.sqlite'))).toBe(false);
  });

  test('a document is written to both files and removed from both', async () => {
    const [worker, api] = [open(), open('read')];
    await worker.replace([keywordPage(4, 'basalt at the sea')]);
    expect(await find(api, 'basalt')).toEqual(['basalt at the sea']);
    expect(countOld()).toBe(4);
    await worker.remove(keywordPage(1, '').id);
    expect(await find(api, 'granite')).toEqual([]);
    expect(countOld()).toBe(3);
  });

  test('the new file is searched as soon as it is full, by processes that are open', async () => {
    const [worker, api] = [open(), open('read')];
    expect(await find(api, 'copper')).toEqual(['copper in the valley']);
    await worker.replace([keywordPage(1, 'granite, built anew')], undefined, keywordPage(1, '').id);
    expect(await find(api, 'granite')).toEqual(['granite in the hills']);
    expect(await worker.state()).toMatchObject({ fullSince: null, documents: 1 });
    await worker.endProgress();
    expect(await find(api, 'granite')).toEqual(['granite, built anew']);
    expect(await find(api, 'copper')).toEqual([]);
    expect((await worker.state()).older).toMatchObject({ documents: 3 });
  });

  test('the old file goes when the new one has been full for seven days', async () => {
    const worker = open();
    await worker.endProgress();
    expect(await worker.retireOlder()).toBe(false);
    const db = new DatabaseSync(join(folder, 'keywords-4.sqlite'));
    const long = new Date(Date.now() - 8 * 24 * 60 * 60 * 1_000).toISOString();
    db.prepare("UPDATE progress SET value = ? WHERE name = 'full'").run(long);
    db.close();
    expect(await worker.retireOlder()).toBe(true);
    expect(existsSync(join(folder, 'keywords.sqlite'))).toBe(false);
    await worker.replace([keywordPage(1, 'granite alone')]);
    expect(await find(open('read'), 'granite')).toEqual(['granite alone']);
  });

  test.skipIf(!canMount)('a volume without space for both files is refused by name', async () => {
    const disk = await openSmallDisk(1);
    onTestFinished(() => disk[Symbol.asyncDispose]());
    await writeFile(join(disk.folder, 'keywords.sqlite'), Buffer.alloc(600_000));
    expect(() => checkSpace(disk.folder)).toThrow(/takes \d+ MiB .* and \d+ MiB are free/);
    expect(() => checkSpace(folder)).not.toThrow();
  });
});
