import fc from 'fast-check';
import { expect, test } from 'vitest';

import { split } from '../../../worker/chunks/split.ts';
import type { CountTokens } from '../../../worker/chunks/split.ts';

/** Words and marks, as a tokenizer counts them at least roughly. */
const count: CountTokens = async (texts) => texts.map((text) => text.match(/\w{1,6}|[^\w\s]/gu)?.length ?? 0);
const page = fc.array(fc.oneof(fc.lorem({ maxCount: 30 }), fc.constant('\n\n'), fc.constant('\n# Heading\n'), fc.constant('\n```\n# no heading\n```\n'), fc.string({ unit: 'grapheme' })), { maxLength: 20 }).map((parts) => parts.join(' '));

test('no text is lost, no chunk is too long, and the same text gives the same chunks', async () => {
  await fc.assert(fc.asyncProperty(page, fc.integer({ min: 4, max: 60 }), async (text, limit) => {
    const chunks = await split(text, limit, Math.floor(limit / 4), count);
    const covered = new Set<number>();
    for (const chunk of chunks) {
      expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
      for (let at = chunk.start; at < chunk.end; at += 1) covered.add(at);
    }
    for (const { index } of text.matchAll(/\S/g)) expect(covered.has(index)).toBe(true);
    for (const tokens of await count(chunks.map((chunk) => chunk.text))) expect(tokens).toBeLessThanOrEqual(limit);
    expect(await split(text, limit, Math.floor(limit / 4), count)).toEqual(chunks);
  }));
});

test('a chunk carries the path of its headings, and a # in a code block is none', async () => {
  const chunks = await split('# Install\nfirst\n## Linux\n```\n# comment\n```\n# Use\nlast', 50, 10, count);
  expect(chunks.map(({ headings }) => headings)).toEqual([['Install'], ['Install', 'Linux'], ['Use']]);
});
