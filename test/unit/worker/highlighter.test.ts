import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Highlighter } from '../../../worker/keywords/highlighter.ts';

const highlighter = new Highlighter();
const mark = (query: string, text: string) => {
  const [ranges = []] = highlighter.highlight(query, [text], (words) => words);
  return ranges.map(({ start, length }) => text.slice(start, start + length));
};

describe('the words of a query are highlighted', () => {
  test.each([
    ['whatever their ending', 'indexes', 'An index is indexed.', ['index', 'indexed']],
    ['without regard to case and accents', 'MUNCHEN', 'In München.', ['München']],
    [
      'in a name that is written together',
      'max connections',
      'Set maxConnections.',
      ['maxConnections'],
    ],
    ['in a name with other signs', 'maxConnections', 'Set max_connections.', ['max_connections']],
    ['in part of a name', 'file', 'Call readFile now.', ['readFile']],
    ['in a version', '3.256.0', 'Since v3.256.0.', ['v3.256.0']],
    ['in a script without spaces', '検索', '全文検索エンジン', ['検索']],
    ['behind characters of two units', 'granite', '🂡𝒳 granite', ['granite']],
    ['as often as they occur', 'granite', 'granite, Granite', ['granite', 'Granite']],
  ])('%s', (_name, query, text, expected) => expect(mark(query, text)).toEqual(expected));

  test.each(['granite', '', '" OR "', 'body : granite', '\u0001granite\u0002'])(
    'in each text alone, for the query %j',
    (query) => {
      const found = highlighter.highlight(query, ['granite', 'a lantern', ''], (words) => words);
      expect(found.slice(1)).toEqual([[], []]);
    },
  );

  test('with marks of its own in a text', () =>
    expect(mark('granite', '\u0001a\u0000 granite\u0002')).toEqual(['granite']));

  test('in ranges that lie in the text and apart, whatever query and text', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.string({ unit: 'binary', maxLength: 80 }),
        (query, around) => {
          const text = `${around} ${query} ${around}`;
          const [ranges = []] = highlighter.highlight(query, [text], (words) => words);
          let end = 0;
          for (const { start, length } of ranges) {
            expect(start).toBeGreaterThanOrEqual(end);
            expect(length).toBeGreaterThan(0);
            end = start + length;
          }
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    ));
});
