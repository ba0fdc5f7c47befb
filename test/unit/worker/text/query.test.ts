import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { toFts } from '../../../../worker/text/fts.ts';
import { parseQuery } from '../../../../worker/text/query.ts';
import { tokenize } from '../../../../worker/text/tokenize.ts';
import { WordIndex } from './word-index.ts';

const listPhrases = (query: string) => parseQuery(query).phrases.map(({ written }) => written);
const listWords = (query: string) => parseQuery(query).words.map(toFts);

describe('a phrase of a query', () => {
  test.each([
    ['find "a phrase" now', ['a phrase']],
    ['„eine Wortfolge“ «des mots» »zwei Wörter«', ['eine Wortfolge', 'des mots', 'zwei Wörter']],
    ['“curly quotes” and ”svenska citat” „a mix”', ['curly quotes', 'svenska citat', 'a mix']],
    ['日本の「全文検索」と『索引』', ['全文検索', '索引']],
    ['title:"in a field" ("in brackets")', ['in a field', 'in brackets']],
    ['＂full width＂', ['full width']],
    ['如何使用“全文检索”功能', ['全文检索']],
    ['数据库"索引优化"教程', ['索引优化']],
    ['"전문 검색"을 설정', ['전문 검색']],
    ['คำว่า"ค้นหา"ใน', ['ค้นหา']],
    ['"one" "one"', ['one']],
  ])('of %s stands in quotation marks: %j', (query, phrases) =>
    expect(listPhrases(query)).toEqual(phrases),
  );

  test.each([
    'a 19" rack',
    '7" or 8" disks',
    '"open',
    'closed"',
    '""',
    '" "',
    'צה"ל',
    "don't",
    '-"',
    '5\'11"',
  ])('is none in %s', (query) => expect(listPhrases(query)).toEqual([]));

  test('may stand beside inches', () =>
    expect(listPhrases('24" monitor "wide screen"')).toEqual(['wide screen']));
});

describe('a phrase finds a text that has it as it is written, in any spelling', () => {
  test.each([
    ['"Straße nach Köln"', 'Die STRASSE NACH KÖLN.', 'Nach Köln führt die Straße.'],
    ['"東京都庁"', '昔の東京都庁の前', '東京と京都の都庁'],
    ['"全文検索 index"', '新しい全文検索 index です', '全文検索 と index'],
    ['"학교에서 책"', '그는 학교에서 책을 읽다', '책은 학교에서'],
    ['"ภาษาไทย"', 'พูดภาษาไทยได้', 'คนไทยมีภาษา'],
    ['"node.js server"', 'A Node.js server.', 'A server in node.js'],
  ])('%s', (query, text, other) =>
    expect(new WordIndex([other, text]).find(parseQuery(query).phrases)).toEqual([1]),
  );
});

describe('the words of a query', () => {
  test.each([
    ['--dry-run -rf', ['"dry"', '"run"', '"rf"']],
    ['NOT a OR b AND NEAR(c)', ['"not"', '"a"', '"or"', '"b"', '"and"', '"near"', '"c"']],
    ['body : x* ^y', ['"body"', '"x"', '"y"']],
    ['Word WORD word', ['"word"']],
    ['84aa6d3', ['"84aa6d3" *']],
    ['deadbeef 1234567', ['"deadbeef"', '"1234567"']],
    ['犬の散歩', ['"犬" *', '"散步"']],
    ['5㎏ A㍿', ['"5kg"', '"a"', '"株式"', '"式会"', '"会社"']],
    ['𐳺𐊀⻳', ['"𐳺𐊀"', '"龟" *']],
    ['の', ['"の" *']],
    ['切れる', ['"切れ"']],
    ['コンピューター', ['"こん んぴ ぴゅ ゅー ーた"']],
    ['책이', ['"책이"', '"책" *']],
    ['집에서', ['"집에"', '"에서"', '"집" *']],
    ['물부터', ['"물부"', '"부터"', '"물" *']],
    ['책으로', ['"책으"', '"으로"', '"책" *']],
    ['학으로서', ['"학으"', '"으로"', '"로서"']],
    ['ภาษาไทย', ['"ภา าษ ษา"', '"ไท ทย"']],
    ['€ – …', []],
  ])('%s are %j', (query, words) => expect(listWords(query)).toEqual(words));

  test('with an umlaut are asked spelled out as well, the other way round only where none is found', () => {
    expect(listWords('Müller')).toEqual(['"muller"', '"mueller"']);
    const [mueller] = parseQuery('Mueller').words;
    expect(mueller).toMatchObject({ terms: ['mueller'], otherwise: { terms: ['muller'] } });
    expect(listWords('does blue Israel')).toEqual(['"does"', '"blue"', '"israel"']);
  });

  test('that are a whole hash may be found by its beginning', () => {
    const hash = '84aa6d3f0c1b2a394857aabbccddeeff00112233';
    expect(parseQuery(hash).words).toMatchObject([
      { terms: [hash], otherwise: { terms: ['84aa6d3'] } },
    ]);
  });

  test('are valid for FTS5, whatever the query is', () => {
    const index = new WordIndex(['any text']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const { words, phrases, names } = parseQuery(query);
        expect(() => index.find([...words, ...phrases, ...names])).not.toThrow();
      }),
    );
  });

  test('find the text that they were taken from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (query) => {
        // Without umlauts, whose other spelling is another word.
        const text = query.normalize('NFC').replaceAll(/[üöäøå]/giu, '');
        const index = new WordIndex([`${text} 終わり ${text}`]);
        const { words } = parseQuery(text);
        expect(words.filter((word) => index.find([word]).length === 0).map(toFts)).toEqual([]);
      }),
    );
  });
});

test('FTS5 has the words of a text as they are, one for each token', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(new WordIndex([text]).countTerms()).toBe(tokenize(text).length);
    }),
  ));
