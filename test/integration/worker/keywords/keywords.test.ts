import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Keywords } from '../../../../worker/keywords/keywords.ts';
import { keywordPage, keywordPageId } from '../../../harness/keyword-page.ts';

let folder: string;
let keywords: Keywords;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulse-keywords-'));
  keywords = new Keywords(folder);
});
afterEach(async () => {
  await keywords.close();
  await rm(folder, { recursive: true });
});

const write = (...texts: string[]) =>
  keywords.replace(texts.map((text, number) => keywordPage(number, text)));
const found = async (query: string, filters = {}) =>
  (await keywords.search(query, filters, 10)).map(({ passage }) => passage);

describe('a keyword search', () => {
  test.each([
    ['readFile', 'await node.fs.readFile(path)'],
    ['read_file', 'await node.fs.readFile(path)'],
    ['maxConnections', 'set max_connections = 100'],
    ['maxconnections', 'set max_connections = 100'],
    ['max connections', 'the maxConnections option'],
    ['MAX_CONNECTIONS', 'the maxConnections option'],
    ['keepalive', 'a keep-alive header'],
    ['postgresql.conf', 'edit /etc/postgresql.conf first'],
    ['3.256.0', 'tested with v3.256.0 only'],
    ['v3.256.0', 'tested with v3.256.0 only'],
    ['cafe', 'Das Café öffnet'],
    ['CAFÉ', 'the cafe opens'],
    ['indexing', 'documents are indexed'],
    ['node.fs.readFile', 'await node.fs.readFile(path)'],
    ['検索', '全文検索エンジンを使います'],
    ['搜索引擎', '这是一个全文搜索引擎'],
    ['größe', 'die maximaleGröße ändern'],
  ])('for %s finds "%s"', async (query, text) => {
    await write(text, 'Something else entirely about lanterns');
    expect(await found(query)).toEqual([text]);
  });

  test.each([
    [
      'an exact name',
      'postgresql.conf',
      'postgresql reads its own conf at start',
      'edit postgresql.conf at the start',
    ],
    [
      'the exact form of a word',
      'indexes',
      'an index is indexed by indexing',
      'the indexes of the table are small',
    ],
    [
      'a name in its own spelling',
      'readFile',
      'you may read the file or a file to read',
      'then readFile or its promise is called',
    ],
    [
      'a version',
      '3.256.0',
      'there are 0 of 256 in 3 of them left',
      'since version 3.256.0 it is different now',
    ],
  ])('ranks %s before a text that only has its parts', async (_name, query, loose, exact) => {
    await write(
      loose,
      exact,
      ...Array.from({ length: 20 }, (_, number) => `filler ${number} about lanterns and orchards`),
    );
    expect((await found(query))[0]).toBe(exact);
  });

  test('ranks words in a title before those in a heading, and these before the text', async () => {
    const chunk = (text: string, headings: string[]) => [{ index: 0, text, headings }];
    await keywords.replace([
      keywordPage(1, '', { chunks: chunk('granite is mentioned here once in a while', []) }),
      keywordPage(2, '', {
        chunks: chunk('something is mentioned here once in a while', ['Granite']),
      }),
      keywordPage(3, '', {
        title: 'Granite',
        chunks: chunk('something is mentioned here once in a while', []),
      }),
    ]);
    expect((await keywords.search('granite', {}, 10)).map(({ url }) => url.at(-1))).toEqual([
      '3',
      '2',
      '1',
    ]);
  });
});

test('leaves out the documents of one host, and changes neither order nor score of others', async () => {
  const texts = ['granite granite', 'granite and a lantern', 'a lantern in granite'];
  const pages = texts.map((text, number) => keywordPage(number, text));
  await keywords.replace([...pages, keywordPage(9, 'granite', { domain: 'other.example' })]);
  const all = await keywords.search('granite lantern', {}, 10);
  const without = await keywords.search('granite lantern', { exceptDomain: 'other.example' }, 10);
  expect(without).toHaveLength(3);
  expect(without).toEqual(all.filter(({ url }) => !url.endsWith('9')));
});

test('highlights texts in their order, however many there are', async () => {
  await write('granite');
  const texts = Array.from({ length: 50 }, (_, number) => `${'x'.repeat(number)} granite`);
  expect(await keywords.highlight('granite', texts)).toEqual(
    texts.map((_, number) => [{ start: number + 1, length: 'granite'.length }]),
  );
});

test.each([
  '',
  '"',
  'AND',
  'NEAR(',
  '*',
  'a OR',
  '"unclosed',
  'body : x',
  '- ^x',
  '\0',
  '\uE000',
  'ﬀ 𝒳 🂡',
  '( ) { }',
  'x'.repeat(100_000),
  'word '.repeat(10_000),
])('a keyword search accepts the query %.20j', async (query) => {
  await write('and near a word');
  await expect(keywords.search(query, {}, 10)).resolves.toBeInstanceOf(Array);
});

describe('a page in the keyword index', () => {
  test('is found or left out by each filter', async () => {
    await keywords.replace([
      keywordPage(1, 'granite one', {
        domain: 'a.example',
        language: 'en',
        country: 'DE',
        isMobile: true,
      }),
      keywordPage(2, 'granite two', {
        domain: 'a-example',
        language: 'de',
        country: 'AT',
        isMobile: false,
      }),
      keywordPage(3, 'granite three', { language: null }),
    ]);
    expect(await found('granite', { domain: 'a.example' })).toEqual(['granite one']);
    expect(await found('granite', { language: 'de', isMobile: false })).toEqual(['granite two']);
    expect(await found('granite', { country: 'DE', isMobile: false })).toEqual([]);
    expect(await found('granite', { isMobile: true })).toEqual(['granite one']);
  });

  test('has its newest chunks exactly once, and ignores an older version', async () => {
    const chunks = ['copper one', 'copper two'].map((text, index) => ({
      index,
      text,
      headings: [],
    }));
    for (const version of [2, 2, 3, 1])
      await keywords.replace([
        keywordPage(1, '', { version, chunks: version === 3 ? chunks.slice(1) : chunks }),
      ]);
    expect(await found('copper')).toEqual(['copper two']);
    expect(await keywords.inventory('', 10)).toEqual([
      { id: keywordPageId(1), url: 'https://docs.example/1', version: 3, passages: 1, rows: 1 },
    ]);
    expect(await keywords.problems()).toEqual([]);
  });

  test('is not found after its removal', async () => {
    await write('copper', 'silver');
    for (const number of [0, 7]) await keywords.remove(keywordPageId(number));
    await keywords.remove(keywordPageId(1), 0);
    expect([await found('copper'), await found('silver')]).toEqual([[], ['silver']]);
  });
});

describe('several processes', () => {
  const writer = async (...args: string[]) => {
    const child = fork(join(import.meta.dirname, 'writer.ts'), [folder, ...args]);
    await once(child, 'message');
    return child;
  };

  test('write to one keyword index at the same time, and every page is there', async () => {
    const children = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => writer('pages', name, '50')),
    );
    await Promise.all(children.map(async (child) => child.exitCode ?? (await once(child, 'exit'))));
    expect(await keywords.inventory('', 1_000)).toHaveLength(200);
    expect(await keywords.problems()).toEqual([]);
  });

  test('wait for a stopped writer without blocking, still search, and can give up', async () => {
    await write('before');
    const holder = await writer('hold');
    holder.kill('SIGSTOP');
    const job = new AbortController();
    const cancelled = keywords.replace([keywordPage(1, 'given up')], job.signal);
    const waiting = keywords.replace([keywordPage(2, 'after all')]);
    expect(await found('before')).toEqual(['before']);
    job.abort(new Error('the worker stops'));
    await expect(cancelled).rejects.toThrow('the worker stops');
    holder.kill('SIGKILL');
    await waiting;
    expect(await found('after')).toEqual(['after all']);
  });
});

describe('a keyword index file', () => {
  test('that is damaged is reported with a code, and replaced for every process', async () => {
    await writeFile(
      join(folder, 'keywords-4.sqlite'),
      'this is no SQLite file, although it is long enough to be one'.repeat(100),
    );
    const other = new Keywords(folder);
    await expect(keywords.replace([keywordPage(1, 'copper')])).rejects.toMatchObject({
      code: 'KEYWORDS_CORRUPT',
      kind: 'away',
    });
    await expect(other.search('copper', {}, 1)).rejects.toMatchObject({ code: 'KEYWORDS_CORRUPT' });
    expect(await keywords.startEmpty()).toContain('unusable');
    await keywords.replace([keywordPage(1, 'copper')]);
    expect(await other.search('copper', {}, 1)).toHaveLength(1);
    await other.close();
  });

  test('that was put aside while open is no longer used', async () => {
    await write('old');
    const other = new Keywords(folder);
    await other.startEmpty();
    await write('new');
    expect([await found('old'), await found('new')]).toEqual([[], ['new']]);
    await other.close();
  });

  test('in a folder that cannot be created is reported with a code', async () => {
    await writeFile(join(folder, 'file'), '');
    const nowhere = new Keywords(join(folder, 'file', 'bm25'));
    await expect(nowhere.open()).rejects.toMatchObject({ code: 'KEYWORDS_VOLUME', kind: 'away' });
    await nowhere.close();
  });
});
