import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { readDocuments } from '../../../cli/pages.ts';
import { makeFolder, read } from '../../harness/folder-of-files.ts';

describe('a folder of pages', () => {
  test('becomes one page per file, named by its front matter, or by its heading and path', async () => {
    const folder = makeFolder({
      'b.md': '---\r\ntitle: "Backups: how"\r\nurl: https://docs.example.org/b\r\n---\r\nText.\n',
      'a/rotate a #1.md': '# Rotate a password\n\nSteps.\n',
    });
    expect((await read(folder)).pages).toEqual([
      {
        url: 'file://guide/a/rotate%20a%20%231.md',
        title: 'Rotate a password',
        markdown: '# Rotate a password\n\nSteps.\n',
      },
      { url: 'https://docs.example.org/b', title: 'Backups: how', markdown: 'Text.\n' },
    ]);
  });

  test('has a title as the format of each file says it', async () => {
    const { pages } = await read(
      makeFolder({
        'a.adoc': '[NOTE]\n======\nx\n======\n\n= AsciiDoc\n',
        'b.mdx': 'export const s = `\n# no\n`;\n\n# MDX\n',
        'c.org': '#+TITLE: Org\n',
        'd.rst': '=====\n reST\n=====\n',
        'e.txt': 'No\n==\n',
      }),
    );
    expect(pages.map(({ title }) => title)).toEqual(['AsciiDoc', 'MDX', 'Org', 'reST', 'e']);
  });

  test('takes front matter off HTML, and leaves HTML without it as it is', async () => {
    const body = '<h1>About</h1>\n<p>We build things.</p>\n';
    const plain = '<!-- --- -->\n<html lang="fr"><title>Plain</title><p>Text.</p></html>\n';
    const folder = makeFolder({
      'eleventy.htm': `---json\n{ "title": "Eleventy" }\n---\n${body}`,
      'hugo.html': `+++\ntitle = "Hugo"\ndescription = "Who we are"\n+++\n${body}`,
      'jekyll.html': `---\nlayout: default\ntitle: About us\npermalink: /about/\nlang: de\n---\n${body}`,
      'layout.html': `---\nlayout: default\n---\n${plain}`,
      'none.html': body,
      'only.html': '---\ntitle: Only\n---\n',
      'plain.html': plain,
      'rules.html': `---\n${body}---\n`,
      'template.html': `{{ define "main" }}\n${body}{{ end }}\n`,
      'untitled.html': `---\nlayout: default\n---\n${body}`,
    });
    const { pages, faults } = await read(folder);
    const of = (file: string) => ({ url: `file://guide/${file}` });
    expect(pages).toEqual([
      { ...of('eleventy.htm'), title: 'Eleventy', html: body },
      { ...of('hugo.html'), title: 'Hugo', description: 'Who we are', html: body },
      { ...of('jekyll.html'), title: 'About us', language: 'de', html: body },
      { ...of('layout.html'), html: plain },
      { ...of('none.html'), title: 'none', html: body },
      { ...of('plain.html'), html: plain },
      { ...of('rules.html'), title: 'rules', html: `---\n${body}---\n` },
      {
        ...of('template.html'),
        title: 'template',
        html: `{{ define "main" }}\n${body}{{ end }}\n`,
      },
      { ...of('untitled.html'), title: 'untitled', html: body },
    ]);
    expect(faults).toMatchObject([
      { path: 'only.html', problem: 'has no text beside its front matter' },
    ]);
  });

  test('has a URL of its own for each file, also beside another folder of its name', async () => {
    const [one, other] = [makeFolder({ 'index.md': 'a' }), makeFolder({ 'index.md': 'b' })];
    const urls = async (folder: string) =>
      (await read(folder, { as: undefined })).pages.map(({ url }) => url);
    const [first] = await urls(one);
    expect(first).toMatch(/^file:\/\/[a-z0-9-]+-guide-[0-9a-f]{8}\/index\.md$/);
    expect(await urls(one)).toEqual([first]);
    expect(await urls(other)).not.toEqual([first]);
    const link = join(one, '../link-to-one');
    symlinkSync(one, link);
    expect(await urls(link)).toEqual([first]);
    expect((await read(link)).end.earlier).toEqual({
      url: 'file:///link-to-one/',
      deleteCommand: './pulse delete file:///link-to-one/',
    });
  });

  test('is indexed but for the entries that cannot be read, each of which is named', async () => {
    const folder = makeFolder({
      'good.md': 'Text.',
      'broken.md': '---\ntitle: Backups: how\n---\nText.\n',
      'open.md': '---\ntags: [a, b\n---\nText.\n',
      'tab.md': '---\nname:\n\t- a\n---\nText.\n',
      'folder.md/inside.md': 'Text inside.',
      'empty.md': '',
      'picture.md': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d, 1]),
      'only.md': '---\ntitle: Only\n---\n',
    });
    symlinkSync('nowhere', join(folder, 'dangling.md'));
    symlinkSync('itself.md', join(folder, 'itself.md'));
    const { paths, faults } = await read(folder);
    expect(paths).toEqual(['folder.md/inside.md', 'good.md']);
    expect(Object.fromEntries(faults.map(({ path, problem }) => [path, problem]))).toEqual({
      'broken.md': expect.stringContaining('its front matter is not YAML: Nested mappings'),
      'open.md': expect.stringContaining('its front matter is not YAML'),
      'tab.md': expect.stringContaining('its front matter is not YAML'),
      'folder.md/': expect.stringContaining('is a folder'),
      'empty.md': 'is empty',
      'picture.md': 'is binary data and no text',
      'only.md': 'has no text beside its front matter',
      'dangling.md': 'is a link to nowhere, which does not exist',
      'itself.md': 'is a link that leads back to itself (ELOOP)',
    });
  });

  test('is refused when it does not exist or holds no page', () => {
    const options = { stack: 'dev' };
    expect(() => readDocuments(join(makeFolder({}), 'nowhere'), options)).toThrow(/does not exist/);
    expect(() => readDocuments(makeFolder({ 'a.png': '' }), options)).toThrow(
      /no Markdown file .*left out: 1 \.png/,
    );
  });

  test('of records says how these are given', () => {
    const folder = makeFolder({ 'data sets/1.json': '{}', 'data sets/2.json': '{}', 'a.png': '' });
    expect(() => readDocuments(folder, { stack: 'dev' })).toThrow(
      expect.objectContaining({
        remedy: `give records through a pipe: cat '${folder}/data sets'/*.json | ./pulse index -`,
      }),
    );
  });
});

test('a folder that cannot be read is refused, and prunes nothing', () => {
  const folder = makeFolder({});
  symlinkSync('self', join(folder, 'self'));
  expect(() => readDocuments(join(folder, 'self'), { stack: 'dev', prune: true })).toThrow(
    /self is a link that leads back to itself \(ELOOP\)/,
  );
});

describe('one page', () => {
  test('has the name that it has in its folder', async () => {
    const folder = makeFolder({ 'a.md': 'a' });
    const [ofFolder] = (await read(folder, { as: undefined })).pages;
    const [alone] = (await read(join(folder, 'a.md'), { as: undefined })).pages;
    expect(alone).toEqual(ofFolder);
    expect(() => readDocuments(join(folder, 'a.md'), { stack: 'dev', prune: true })).toThrow(
      /for a folder/,
    );
  });
});

describe('a file of records', () => {
  test('is passed on unchanged', async () => {
    const folder = makeFolder({ 'pages.jsonl': '{"url":"https://a.example"}\n', saved: '\n[{}]' });
    const { input, label } = readDocuments(join(folder, 'pages.jsonl'), { stack: 'dev' });
    expect(await text(input)).toBe('{"url":"https://a.example"}\n');
    expect(label).toBeUndefined();
    expect(await text(readDocuments(join(folder, 'saved'), { stack: 'dev' }).input)).toBe('\n[{}]');
  });

  test('takes no option of a folder, and what is neither is named', () => {
    const folder = makeFolder({
      'pages.jsonl': '',
      'report.pdf': '%PDF-1.7',
      'pages.csv': 'url,title',
    });
    const file = join(folder, 'pages.jsonl');
    for (const option of [{ as: 'x' }, { prune: true }, { exclude: ['x'] }] as const)
      expect(() => readDocuments(file, { stack: 'dev', ...option })).toThrow(/URLs of their own/);
    for (const name of ['report.pdf', 'pages.csv'])
      expect(() => readDocuments(join(folder, name), { stack: 'dev' })).toThrow(
        /is neither a page nor a file of JSON records/,
      );
  });
});

test.each(['handbook', 'my_notes', 'Team.Docs', 'bücher', 'a-1'])(
  '%s can be a label',
  async (as) => {
    const folder = makeFolder({ 'a.md': 'a' });
    const [page] = (await read(folder, { as })).pages;
    expect(page?.['url']).toBe(new URL(`file://${as}/a.md`).href);
  },
);

test.each(['', 'a b', 'a/b', 'localhost', '2024', '10.0.0.1', 'a:1', '%41', 'a.'])(
  '%j cannot be a label',
  (as) => {
    const folder = makeFolder({ 'a.md': 'a' });
    expect(() => readDocuments(folder, { stack: 'dev', as })).toThrow(/cannot be the label/);
  },
);
