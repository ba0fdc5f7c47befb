import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readDocuments } from '../../../cli/pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulse-pages-'));
const write = (name: string, content: string): string => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const read = async (path: string) =>
  (await text(readDocuments(path)))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(() => {
  write(
    'guide/b.md',
    '---\r\ntitle: "Backups: how"\r\nurl: https://docs.example.org/b\r\n---\r\nText.\n',
  );
  write('guide/a/rotate a #1.md', '# Rotate a password\n\nSteps.\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder of Markdown', () => {
  test('becomes one page per file, named by its front matter, or by its heading and path', async () => {
    expect(await read(join(folder, 'guide'))).toEqual([
      {
        url: 'file:///guide/a/rotate%20a%20%231.md',
        title: 'Rotate a password',
        markdown: '# Rotate a password\n\nSteps.\n',
      },
      { url: 'https://docs.example.org/b', title: 'Backups: how', markdown: 'Text.\n' },
    ]);
  });

  test('is refused with the name of a file whose front matter is not YAML', async () => {
    const path = write('broken.md', '---\ntitle: Backups: how\n---\nText.\n');
    expect(() => readDocuments(path)).toThrow(/broken\.md: its front matter is not YAML/);
  });

  test('is refused when it does not exist or holds no Markdown', () => {
    expect(() => readDocuments(join(folder, 'nowhere'))).toThrow(/does not exist/);
    mkdirSync(join(folder, 'empty'));
    expect(() => readDocuments(join(folder, 'empty'))).toThrow(/no Markdown file/);
  });
});

test('a file of JSON lines is passed on unchanged', async () => {
  expect(await read(write('pages.jsonl', '{"url":"https://a.example"}\n'))).toEqual([
    { url: 'https://a.example' },
  ]);
});
