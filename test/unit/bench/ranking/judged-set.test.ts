import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readJudgedSet } from '../../../../bench/ranking/judged-set.ts';
import type { JudgedSet } from '../../../../bench/ranking/judged-set.ts';
import { makeTestFolder } from '../../../harness/test-folder.ts';

interface Files {
  readonly documents?: string;
  readonly queries?: string;
  readonly qrels?: string;
}

function folderOf({ documents, queries, qrels }: Files): string {
  const folder = makeTestFolder();
  const files = { 'documents.jsonl': documents, 'queries.tsv': queries, 'qrels.txt': qrels };
  for (const [name, text] of Object.entries(files))
    if (text !== undefined) writeFileSync(join(folder, name), text);
  return folder;
}

const line = (id: string, fields: object = { text: 'some words' }): string =>
  JSON.stringify({ url: `https://set.test/d/${id}`, ...fields });

function read(files: Files): Promise<JudgedSet> {
  return readJudgedSet(folderOf(files));
}

const documents = [line('1'), line('2')].join('\n');

/** Gains of the only query, by what stands behind the last slash. */
async function gainsOf(files: Files): Promise<Record<string, number>> {
  const [query] = (await read({ documents, queries: 'q\twords', ...files })).queries;
  return Object.fromEntries(
    [...(query?.gains ?? [])].map(([url, gain]) => [url.split('/').at(-1), gain]),
  );
}

describe('a judged set', () => {
  test("is read in the form of the repository's own", async () => {
    const set = await readJudgedSet('test/fixtures/ranking');
    expect(set).toMatchObject({ notes: [], pages: { length: 120 }, queries: { length: 80 } });
  });

  test('is read with any line ends, a byte order mark and blank lines', async () => {
    const set = await read({
      documents: `\uFEFF${line('1')}\r\n\r\n${line('2')}\r\n`,
      queries: '\uFEFFa\twhat is "it"?\r\n\r\nb\tother\r\n',
      qrels: 'a 0 1 3\r\nb 0 2 1\r\n\r\n',
    });
    expect(set.queries.map(({ id, text, gains }) => [id, text, [...gains]])).toEqual([
      ['a', 'what is "it"?', [['https://set.test/d/1', 3]]],
      ['b', 'other', [['https://set.test/d/2', 1]]],
    ]);
  });

  test('has tabs or blanks between the columns of its judgements', async () => {
    const expected = { '1': 3, '2': 0.5 };
    expect(await gainsOf({ qrels: 'q\t0\t1\t3\nq\t0\t2\t0.5\n' })).toEqual(expected);
    expect(await gainsOf({ qrels: '  q  0   1 3 \nq Q0 2   0.5' })).toEqual(expected);
  });

  test('counts the higher of two judgements, and one below 0 as none', async () => {
    expect(await gainsOf({ qrels: 'q 0 1 1\nq 0 1 4\nq 0 1 2\nq 0 2 -1' })).toEqual({
      '1': 4,
      '2': 0,
    });
  });

  test.each([
    ['a slash', 'cs/0112017', 'cs/0112017'],
    ['an escape, as it is', 'a%20b', 'a%20b'],
    ['an escape, decoded', '%C3%A9t%C3%A9', 'été'],
    ['a question mark', 'x?id=7', 'x?id=7'],
    ['a fragment', 'x#part-2', 'x#part-2'],
  ])('finds a document whose id has %s', async (_, inUrl, id) => {
    const set = await read({
      documents: [line('1'), line(inUrl), line('x#part-3')].join('\n'),
      queries: 'q:1/2 ü\twords',
      qrels: `q:1/2 ü\t0\t${id}\t2`,
    });
    expect(set.notes).toEqual([]);
    expect(new Set(set.pages.map(({ url }) => url)).size).toBe(3);
    expect([...(set.queries[0]?.gains ?? []).values()]).toEqual([2]);
    expect(set.pages[1]?.url).toBe([...(set.queries[0]?.gains.keys() ?? [])][0]);
  });

  test('may name its documents by a field of their own or by the whole URL', async () => {
    const named = [
      JSON.stringify({ _id: 'MED-1', text: 'no URL at all' }),
      JSON.stringify({ id: 2, url: 'https://set.test/d/9', text: 'a number' }),
    ].join('\n');
    const set = await read({
      documents: named,
      queries: 'q\twords',
      qrels: 'q 0 MED-1 1\nq 0 2 2\nq 0 https://set.test/d/9 3',
    });
    expect(set.notes).toEqual([]);
    expect([...(set.queries[0]?.gains ?? []).values()]).toEqual([1, 3]);
  });

  test('says what it leaves out, and goes on without it', async () => {
    const set = await read({
      documents: [line('1'), line('2', { title: 'No text', text: '' })].join('\n'),
      queries: 'q\twords\nnone\twords\nzero\twords',
      qrels: 'q 0 1 1\nq 0 77 2\nq 0 2 4\nzero 0 1 0\nstray 0 1 1',
    });
    expect(set.pages.map(({ url }) => url)).toEqual(['https://set.test/d/1']);
    expect(set.queries.map(({ id, gains }) => [id, [...gains.values()]])).toEqual([['q', [1]]]);
    expect(set.notes.join('\n')).toMatch(/^1 documents that the intake refuses.*\/2 \(/m);
    expect(set.notes.join('\n')).toMatch(/^2 queries without a relevant document.*none, zero$/m);
    expect(set.notes.join('\n')).toMatch(/^2 judged documents are not in the set.*: 77, 2$/m);
    expect(set.notes.join('\n')).toMatch(/^1 judged queries are not in the set.*stray$/m);
  });

  test('tells all of its faults at once, each with its line', async () => {
    const faulty = read({
      documents: [line('1'), 'no json', '[1]', line('1'), '{"text":"nameless"}'].join('\n'),
      queries: 'a\twords\nb words\na\tagain\n\t\n',
      qrels: 'a 0 1 much\na 1 3\n',
    });
    await expect(faulty).rejects.toThrow(
      [
        '  documents.jsonl:2: is not JSON',
        '  documents.jsonl:3: is no JSON object',
        '  documents.jsonl:4: https://set.test/d/1 is in line 1 already',
        '  documents.jsonl:5: has neither url nor id',
        '  queries.tsv:2: is not an id, a tab and a query',
        '  queries.tsv:3: the id a is there already',
        '  qrels.txt:1: the gain much is not a number',
        '  qrels.txt:2: is not a query, 0, a document and a gain',
      ].join('\n'),
    );
  });

  test('is refused when a file is absent or nothing is judged', async () => {
    await expect(read({ queries: 'q\tw' })).rejects.toThrow(
      /documents\.jsonl is not there\n {2}qrels\.txt is not there/,
    );
    await expect(read({ documents, queries: 'q\tw', qrels: 'q 0 1 0' })).rejects.toThrow(
      'no query of queries.tsv has a document with a gain above 0',
    );
  });
});
