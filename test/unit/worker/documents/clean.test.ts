import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { measureBrokenShare, clean } from '../../../../worker/documents/clean.ts';

const base64 = 'QUJD'.repeat(1_000);

describe('a cleaned text', () => {
  test.each([
    ['control characters', 'a\u0000b\u0007c\u009F', 'abc'],
    ['a byte order mark, zero-width and soft hyphens', '\uFEFFco\u00ADop\u200Ber', 'cooper'],
    ['line ends of other systems', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
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
  ])('keeps text that has a meaning (sample %#)', (text) => {
    expect(clean(`a\n${text}`)).toBe(`a\n${text}`);
  });

  test('does not change when cleaned again, and can be stored in Postgres as JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once.isWellFormed() && !once.includes('\0')).toBe(true);
      }),
    );
  });

  // V8 gives up a pattern that keeps more than 64 MiB of places to go back to.
  test.each([' ', '\n', '=', 'data:', '\t\n', 'A', `${base64.slice(0, 76)}\n`, '\uFFFD', '- '])(
    'of 10 MB of %j is made',
    (part) => {
      const text = part.repeat(10_000_000 / part.length);
      expect(clean(`x${text}x`).length).toBeLessThan(11_000_000);
      expect(clean(`data:image/png,${text}`).length).toBeLessThan(11_000_000);
    },
  );
});

test('a binary file read as text is mostly broken, and a text with some lost characters is not', () => {
  const archive = Buffer.from(
    Array.from({ length: 2_000 }, (_, index) => (index * 7919) % 256),
  ).toString();
  expect(measureBrokenShare(archive)).toBeGreaterThan(0.3);
  expect(measureBrokenShare('Stra\uFFFDe und Fu\uFFFDweg, mit vielen Worten')).toBeLessThan(0.1);
});
