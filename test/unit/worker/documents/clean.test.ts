import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { measureBrokenShare, clean } from '../../../../worker/documents/clean.ts';

const terminal = fc.stringMatching(/^[\u001B[\]\u0008ma_0;\u0007\\\n\u000B ]{0,30}$/);
const base64 = 'QUJD'.repeat(1_000);

describe('a cleaned text', () => {
  test.each([
    ['control characters', 'a\u0000b\u0007c\u009F', 'abc'],
    ['a byte order mark, zero-width and soft hyphens', '\uFEFFco\u00ADop\u200Ber', 'cooper'],
    ['line ends of other systems', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
    [
      'line ends of programs',
      'Quarterly\u000BReport\u000CNext\u0085End',
      'Quarterly\nReport\nNext\nEnd',
    ],
    ['separators of records and units', 'a\u001Fb\u001Ec\u001Dd\u001Ce', 'a b c d e'],
    ['colours of a terminal', '\u001B[32mERROR\u001B[0m disk\u001B[K', 'ERROR disk'],
    ['colours in full', '\u001B[1;38;2;255;0;10mok\u001B[m\u001B(B\u001B[?25l done', 'ok done'],
    ['moves of a cursor', '\u001B[2J\u001B[3;1HName\u001B[12CSize\u001B7\u001BM', 'Name Size'],
    [
      'links and titles of a terminal',
      '\u001B]0;~/src\u0007see \u001B]8;;https://a.example\u001B\\here\u001B]8;;\u001B\\ now',
      'see here now',
    ],
    ['pictures of a terminal', 'a\u001B_Gf=100;QUJD\u001B\\b\u001BPq#0~~\u001B\\c', 'abc'],
    ['a colour that was cut', 'disk\u001B[3\nfull\u001B', 'disk\nfull'],
    ['bold of man', 'N\bNA\bAM\bME\bE', 'NAME'],
    ['underlines of man', '_\bf_\bi_\bl_\be x\b_', 'file x'],
    ['bold and underlines of man', 's\bs_\b_c\bc _\bd\bd N\bN\bN 日\b\b日 😀\b😀', 's_c d N 日 😀'],
    ['blanks at line ends and runs of empty lines', 'a  \t\n \n\n\n\nb\u00A0c ', 'a\n\nb c'],
    ['repeated replacement characters', 'caf\uFFFD\uFFFD\uFFFD', 'caf\uFFFD'],
    ['half a surrogate pair', 'a\uD83Db\uDE00', 'a\uFFFDb\uFFFD'],
    [
      'an inline picture',
      `![x](data:image/png;base64,${base64}) after`,
      '![x](data:image/png) after',
    ],
    [
      'an inline drawing',
      `url("data:image/svg+xml;charset=utf-8,${'%3Csvg'.repeat(40)}")`,
      'url("data:image/svg+xml")',
    ],
    ['base64 in one line', `before ${base64} after`, `before ${base64.slice(0, 64)}… after`],
    [
      'base64 in the lines of a mail',
      `before\n${`${base64.slice(0, 76)}\n`.repeat(30)}QQ==\nafter`,
      `before\n${base64.slice(0, 76)}\n…\nafter`,
    ],
    [
      'base64 whose last line is whole',
      `key: ${`${base64.slice(0, 64)}\n`.repeat(20)}-----END KEY-----`,
      `key: ${base64.slice(0, 64)}\n…\n-----END KEY-----`,
    ],
    [
      'base64 that a word follows at once',
      `${`${base64.slice(0, 64)}\n`.repeat(20)}Hello there`,
      `${base64.slice(0, 64)}\n…\nHello there`,
    ],
    [
      'base64 in quotes',
      `"${`${base64.slice(0, 64)}\n`.repeat(20)}QUI=", end`,
      `"${base64.slice(0, 64)}\n…", end`,
    ],
  ])('is free of %s', (_what, text, expected) => expect(clean(text)).toBe(expected));

  test.each([
    'data:text/html,<b>short</b>',
    'x\u200Dy',
    '👩‍👩‍👧',
    '  indented stays',
    `${'word '.repeat(500)}end`,
    '日本語'.repeat(1_000),
    '-----',
    String.raw`\x1b[31m and ^[[0m are colours, \b is a backspace`,
    '[32m](x) a_b __c__',
  ])('keeps text that has a meaning (sample %#)', (text) => {
    expect(clean(`a\n${text}`)).toBe(`a\n${text}`);
  });

  test('keeps words behind an escape that strayed', () => {
    expect(clean('\u001BHello \u001B]world 5\b\b6')).toBe('Hello world 56');
  });

  test('does not change when cleaned again, and can be stored in Postgres as JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), terminal), (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once.isWellFormed() && !once.includes('\0')).toBe(true);
      }),
    );
  });

  // V8 gives up a pattern that keeps more than 64 MiB of places to go back to.
  test.each([
    ' ',
    '\n',
    '=',
    'data:',
    '\t\n',
    'A',
    `${base64.slice(0, 76)}\n`,
    '\uFFFD',
    '- ',
    '\u001B[0',
    'a\b',
  ])('of 10 MB of %j is made', (part) => {
    const text = part.repeat(10_000_000 / part.length);
    expect(clean(`x${text}x`).length).toBeLessThan(11_000_000);
    expect(clean(`data:image/png,${text}`).length).toBeLessThan(11_000_000);
  });
});

test('a binary file read as text is mostly broken, and a text with some lost characters is not', () => {
  const archive = Buffer.from(
    Array.from({ length: 2_000 }, (_, index) => (index * 7919) % 256),
  ).toString();
  expect(measureBrokenShare(archive)).toBeGreaterThan(0.3);
  expect(measureBrokenShare('N\bNA\bAM\bME\bE')).toBe(0);
  expect(measureBrokenShare('Stra\uFFFDe und Fu\uFFFDweg, mit vielen Worten')).toBeLessThan(0.1);
});
