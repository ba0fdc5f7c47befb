import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { readDocuments } from '../../../../cli/pages.ts';
import { compareFolder } from '../../../../worker/commands/folder-documents.ts';
import { formatFolder } from '../../../../worker/commands/index-report.ts';
import { FolderInput } from '../../../../worker/commands/read-folder.ts';
import type { Services } from '../../../../worker/services.ts';
import { makeFolder } from '../../../harness/folder-of-files.ts';

/** Looks at a folder of which documents are known by these URLs. */
async function compare(
  files: Readonly<Record<string, string>>,
  known: readonly string[],
  refused: readonly string[] = [],
) {
  const records = {
    listUnder: async (start: string) =>
      known.filter((url) => url.startsWith(start)).map((url) => ({ id: url, url })),
  };
  const { input } = readDocuments(makeFolder(files), { stack: 'dev', as: 'guide' });
  const folder = new FolderInput();
  for await (const _ of folder.read(Readable.from([Buffer.from(await text(input))])));
  for (const path of refused) folder.keepRefused(path);
  return compareFolder({ records } as unknown as Services, folder, 'guide', false);
}
const named = (url: string) => `---\nurl: ${url}\n---\nText.`;

test('a page that has a URL of its own now is gone from under the name of its file', async () => {
  const files = { 'a.md': named('https://docs.example.org/a'), 'b.md': 'Text.' };
  const found = await compare(files, ['file://guide/a.md', 'file://guide/b.md']);
  expect(found).toMatchObject({ gone: { count: 1, withFile: 1, urls: ['file://guide/a.md'] } });
  expect(formatFolder(found).join('\n')).toContain(
    '1 are indexed whose files are gone or have another URL now, such as file://guide/a.md; ',
  );
});

test('a page that was refused under its new URL keeps the document of its file', async () => {
  const files = { 'a.md': named('https://docs.example.org/a') };
  const { gone } = await compare(files, ['file://guide/a.md'], ['a.md']);
  expect(gone.count).toBe(0);
});

test('what another page is called by its front matter is not gone', async () => {
  const files = { 'new.md': named('file://guide/old.md'), 'b.md': named('FILE://guide/b%2Emd') };
  const { gone, label } = await compare(files, ['file://guide/old.md', 'file://guide/b.md']);
  expect(gone).toEqual({ count: 0, deleted: false, urls: [], command: expect.any(String) });
  expect(label).toBe('guide');
});

test('documents of a folder that is a page now are gone, of one not read are not', async () => {
  const files = { 'x.md': 'Text.', 'y.md': '---\na: [b\n---\n' };
  const known = ['file://guide/x.md/c.md', 'file://guide/y.md', 'file://guide/y.md/c.md'];
  const { gone } = await compare(files, known);
  expect(gone.urls).toEqual(['file://guide/x.md/c.md']);
  expect(gone).not.toHaveProperty('withFile');
});

test('a document of the earlier form has a file, whatever URL its page has now', async () => {
  const files = { 'a.md': named('https://docs.example.org/a') };
  const { earlier } = await compare(files, ['file:///guide/a.md', 'file:///guide/gone.md']);
  expect(earlier).toMatchObject({ count: 2, withoutFile: 1 });
});
