import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { cutParts } from '../../../../worker/mcp/cut-parts.ts';

describe('a text that is cut into parts', () => {
  test('is one part when it is short enough', () => {
    expect(cutParts('one two', ['one', 'two'], 7)).toEqual(['one two']);
    expect(cutParts('', [], 7)).toEqual(['']);
  });

  test('is cut where the last chunk begins that the part has room for', () => {
    const chunks = ['aaa\n', 'bbb\n', 'ccc\n', 'ddd'];
    expect(cutParts(chunks.join(''), chunks, 9)).toEqual(['aaa\nbbb\n', 'ccc\nddd']);
  });

  test('is cut at chunks that overlap, and at those that say the same', () => {
    expect(cutParts('one two six ten', ['one two', 'two six', 'six ten'], 8)).toEqual([
      'one two ',
      'six ten',
    ]);
    expect(cutParts('same same same', ['same', 'same', 'same'], 10).join('')).toBe(
      'same same same',
    );
  });

  test('is cut anywhere inside a chunk that is longer than a part, but in no character', () => {
    expect(cutParts('abcdefgh', ['abcdefgh'], 3)).toEqual(['abc', 'def', 'gh']);
    expect(cutParts('ab\u{1F600}cd', [], 3)).toEqual(['ab', '\u{1F600}c', 'd']);
  });

  test('is the parts together, none of them empty or too long', () => {
    const words = fc.array(fc.string({ maxLength: 12, unit: 'binary' }), { maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (chunks, limit) => {
        const text = chunks.join(' ');
        const parts = cutParts(text, chunks, limit);
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(limit);
        if (text !== '') expect(parts).not.toContain('');
      }),
      { numRuns: 50 },
    );
  });
});
