import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fold } from '../../../../worker/text/fold.ts';
import { listFirstLetters, tokenize } from '../../../../worker/text/tokenize.ts';
import { measureGrowth } from '../../../harness/growth.ts';

const listTerms = (text: string) => tokenize(text).map(({ term }) => term);

/** Parts of texts of many scripts, with signs, marks, halves of characters, what is not shown. */
const parts = [
  'aZ7 \n.-\'+#_"ßﬁİé™½㎏㍿\u00AD\u200B\u200C\u200D\uFEFF\u0301\uFE0F',
  '東京のガｶﾞーヴｳﾞァュ한글\u1112\u1161\u11ABนำ้เ',
  'نیَـשָ״м’ьहिन्दी़٣९ကျក្😀𝒳𠮷𝟡',
  '\uD83D',
  '\uDE00',
].flatMap((some) => some.match(/./gsu) ?? []);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...parts), { maxLength: 24 }).map((some) => some.join('')),
);

describe('the tokens of any text', () => {
  test('lie in it, in the order of their starts', () =>
    fc.assert(
      fc.property(texts, (text) => {
        let before = 0;
        for (const { term, start, end } of tokenize(text)) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(term).not.toBe('');
          before = start;
        }
      }),
      { numRuns: 500 },
    ));

  test('are those of the part of the text where they stand', () =>
    fc.assert(
      fc.property(texts, (text) => {
        for (const { term, start, end } of tokenize(text))
          expect(listTerms(text.slice(start, end))).toContain(term);
      }),
      { numRuns: 500 },
    ));

  test('keep their places where words of other first letters are left out', () => {
    const asked = listFirstLetters(['and', '7']);
    const terms = tokenize('Granite AND 7 lanterns', asked).map(({ term }) => term);
    expect(terms).toEqual(['', 'and', '7', '']);
    fc.assert(
      fc.property(texts, (text) => {
        const every = tokenize(text);
        const some = tokenize(text, asked);
        expect(some).toHaveLength(every.length);
        for (const [place, token] of every.entries())
          if (/^[a7]/.test(token.term) || some[place]?.term !== '')
            expect(some[place]).toEqual(token);
      }),
      { numRuns: 500 },
    );
  });

  test('end behind the signs of a letter, also where what is not shown stands between', () =>
    expect(tokenize('c\u00AD# d')).toEqual([
      { term: 'c#', start: 0, end: 3 },
      { term: 'd', start: 4, end: 5 },
    ]));

  test('are the same when they are joined by blanks and cut again, but for pairs of letters', () =>
    fc.assert(
      fc.property(texts, (text) => {
        for (const term of listTerms(text)) expect(listTerms(term)[0]).toBe(term);
      }),
      { numRuns: 500 },
    ));

  test('are those of its parts around a blank', () =>
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(listTerms(`${one} ${other}`)).toEqual([...listTerms(one), ...listTerms(other)]);
      }),
    ));

  test('are the same for its composed and its decomposed form', () =>
    fc.assert(
      fc.property(texts, (text) => {
        expect(listTerms(text.normalize('NFD'))).toEqual(listTerms(text.normalize('NFC')));
      }),
      { numRuns: 500 },
    ));
});

test('a folded word folds to itself', () =>
  fc.assert(
    fc.property(texts, (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    }),
    { numRuns: 500 },
  ));

describe('emphasis', () => {
  test.each([
    ['**H**yper**T**ext', ['hypertext']],
    ['**Ph**oto, *O*nce', ['photo', 'once']],
    ['m**u**ch, dog**s**, walk**ed**', ['much', 'dogs', 'walked']],
  ])('on letters of a word ends none: %s', (text, terms) => expect(listTerms(text)).toEqual(terms));

  test.each([
    ['**Name**John', ['name', 'john']],
    ['**A**Answer', ['a', 'answer']],
    ['2**n**k, a*b*cd', ['2', 'n', 'k', 'a', 'b', 'cd']],
    ['f(**kw), **OK** then', ['f', 'kw', 'ok', 'then']],
  ])('of words and what multiplies leaves them apart: %s', (text, terms) =>
    expect(listTerms(text)).toEqual(terms),
  );

  test('stands within the word where it is marked', () =>
    expect(tokenize('a **H**yper link')[1]).toEqual({ term: 'hyper', start: 4, end: 11 }));
});

describe('the end of a line', () => {
  test.each([
    ['is no end of a word of Chinese', '全文\n检索', ['全文', '文检', '检索', '索']],
    ['is none of Japanese', 'サー\r\nバ', ['さー', 'ーば', 'ば']],
    ['is one of Korean', '한국\n사람', ['한국', '국', '사람', '람']],
    ['is one of English', 'full\ntext', ['full', 'text']],
    ['is one before an empty line', '全文\n\n检索', ['全文', '文', '检索', '索']],
    ['is one before an item of a list', '全文\n- 检索', ['全文', '文', '检索', '索']],
  ])('%s', (_title, text, terms) => expect(listTerms(text)).toEqual(terms));
});

test('a text is cut in a time that grows with its length alone, whatever it is of', async () => {
  const repeated = [
    'word ',
    'x',
    '東京',
    'e\u0301',
    "м'",
    '한글 ',
    '\n ',
    'ｶﾞ',
    '\u200C',
    'ن\u200C',
  ];
  for (const part of repeated) {
    const growth = await measureGrowth(200_000, (length) =>
      tokenize(part.repeat(length / part.length)),
    );
    expect(growth, JSON.stringify(part)).toBeLessThan(5);
  }
});
