import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nameForms } from '../../../../worker/text/names.ts';
import { parseQuery } from '../../../../worker/text/query.ts';
import type { QueryTerm } from '../../../../worker/text/query.ts';
import { tokenize } from '../../../../worker/text/tokenize.ts';
import { WordIndex } from './word-index.ts';

const listForms = (text: string) => nameForms(text).map(({ terms }) => terms.join(' '));
const listTerms = (text: string) => tokenize(text).map(({ term }) => term);

describe('the words of a name', () => {
  test.each([
    ['C++, C# and F#', ['c++', 'c#', 'and', 'f#']],
    ['C++11 or C#8 or C♯', ['c++', '11', 'or', 'c#', '8', 'or', 'c#']],
    ['Ｃ＋＋ on .NET', ['c++', 'on', 'net']],
    ['C#-Entwickler, C#-разработчик', ['c#', 'entwickler', 'c#', 'разработчик']],
    ['C#入門', ['c#', '入门', '门']],
    ['see page#top and PR#12', ['see', 'page', 'top', 'and', 'pr', '12']],
    ['node.js --dry-run a/b/c.txt', ['node', 'js', 'dry', 'run', 'a', 'b', 'c', 'txt']],
    ['v1.2.3 of 1,000,000', ['v1', '2', '3', 'of', '1', '000', '000']],
    ['snake_case camelCase @scope/pkg', ['snake', 'case', 'camelcase', 'scope', 'pkg']],
  ])('in %j are %j', (text, terms) => expect(listTerms(text)).toEqual(terms));
});

describe('a name is also found', () => {
  test.each([
    ['C++', ['c++']],
    ['.NET', ['.net']],
    ['node.js', ['node.js']],
    ['--dry-run', ['--dry-run', 'dry-run', 'dryrun']],
    ['a/b/c.txt', ['a/b/c.txt', 'c.txt']],
    ['C:\\dir\\file.txt', ['c:\\dir\\file.txt', 'file.txt']],
    ['v1.2.3', ['v1.2.3', '1.2.3']],
    ['1,000,000', ['1000000']],
    ["1'000'000", ['1000000']],
    ['1\u202F000\u202F000', ['1000000']],
    ['10,00,000', ['1000000']],
    ['max_connections', ['max_connections', 'maxconnections']],
    ['keep‑alive', ['keep-alive', 'keepalive']],
    ['readFile', ['read file']],
    ['HTTPServer', ['http server']],
    ['größeÄndern', ['grosse andern']],
    ['node.fs.readFile', ['node.fs.readfile', 'node fs read file']],
    ['@scope/pkg', ['@scope/pkg', 'scope/pkg']],
    ['user@host', ['user@host']],
    ['src/a.ts:12:3', ['src/a.ts:12:3', 'src/a.ts', 'a.ts']],
    ['127.0.0.1:5432', ['127.0.0.1:5432', '127.0.0.1']],
    ['--log-level=debug', ['--log-level', 'log-level', 'loglevel']],
    ['MAX_SIZE=10', ['max_size', 'maxsize']],
    ['AT&T', ['at&t']],
    ['::ffff:1.2.3.4', ['::ffff:1.2.3.4', 'ffff:1.2.3.4']],
    ['$PATH', ['$path']],
    ['#include', ['#include']],
    ['__init__', ['__init__']],
    ['ｎｏｄｅ．ｊｓ', ['node.js']],
    ['notepad++', ['notepad++']],
  ])('%s as %j', (name, forms) => expect(listForms(name)).toEqual(forms));

  test.each([
    'plain',
    'Plain',
    'end.',
    '_emphasised_',
    '**bold**',
    '(brackets)',
    'IBM',
    'x',
    '—',
    '-',
  ])('in no other way, when it is %s', (word) => expect(listForms(word)).toEqual([]));
});

describe('the forms of names', () => {
  test('stand where the name stands, without the full stop of its sentence', () => {
    const text = 'Call readFile. Then --force!';
    expect(
      nameForms(text).map(({ terms, start, end }) => [terms.join(' '), text.slice(start, end)]),
    ).toEqual([
      ['read file', 'readFile'],
      ['--force', '--force'],
    ]);
  });

  test('lie in the text, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc
            .array(fc.constantFrom(...('aB1.-_+#/:@$ ,é＋Ａ'.match(/./gu) ?? [])))
            .map((some) => some.join('')),
        ),
        (text) => {
          for (const { terms, start, end } of nameForms(text)) {
            expect(start >= 0 && end > start && end <= text.length).toBe(true);
            expect(terms.join(' ')).toMatch(/^[^\s"]+(?: [^\s"]+)*$/u);
          }
        },
      ),
    ));
});

describe('a query for a name', () => {
  const texts = [
    'Run with --dry-run first.',
    'A dry run of C++ code.',
    'Set max_connections in C.',
    'Set maxConnections.',
    'Commit 84aa6d3f0c1b2a394857aabbccddeeff00112233 broke it.',
    'Since v3.256.0 of node.js',
    'The file worker/text/fold.ts',
  ];
  const index = new WordIndex(texts);
  const find = (query: string) => index.find(parseQuery(query).names.slice(0, 1));

  test.each([
    ['--dry-run', [0]],
    ['max_connections', [2]],
    ['max-connections', []],
    ['fold.ts', [6]],
    ['worker/text/fold.ts', [6]],
    ['3.256.0', [5]],
    ['node.js', [5]],
  ])('%s finds texts that have it with its signs', (query, rows) =>
    expect(find(query)).toEqual(rows),
  );

  test('finds texts that have it in another way', () => {
    const ways = (query: string) =>
      new Set(parseQuery(query).names.flatMap((way) => index.find([way])));
    expect(ways('max_connections')).toEqual(new Set([2, 3]));
    expect(ways('maxConnections')).toEqual(new Set([2, 3]));
  });

  test('finds C++ and not C', () => {
    expect(index.find(parseQuery('C++').words)).toEqual([1]);
    expect(index.find(parseQuery('C').words)).toEqual([2]);
  });

  test('of a commit may be its beginning', () => {
    expect(index.find(parseQuery('84aa6d3').words)).toEqual([4]);
    expect(index.find(parseQuery('84aa6').words)).toEqual([]);
  });

  test.each([
    ['84aa6d3f0', 'fixed in 84aa6d3'],
    ['84aa6d3f0c1de2b3a4958677f1e0d9c8b7a69584', 'fixed in 84aa6d3f0c'],
    ['4825139', 'fixed in 4825139f0c1de2b3a4958677f1e0d9c8b7a69584'],
  ])('of a commit, %s, is found in "%s" where no text has it', (query, text) => {
    const written = new WordIndex([text]);
    const [commit] = parseQuery(query).words;
    expect(written.find([commit as QueryTerm])).toEqual([]);
    expect(written.find([commit?.otherwise as QueryTerm])).toEqual([0]);
  });
});
