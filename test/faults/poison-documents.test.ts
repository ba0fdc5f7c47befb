import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { page, pages } from '../harness/pages.ts';
import { openTestStack } from '../harness/test-stack.ts';

const megabytes = (count: number, text: string) =>
  text.repeat(Math.ceil((count * 1_000_000) / text.length));
const base64 = Buffer.from(
  Array.from({ length: 3_750_000 }, (_, index) => (index * 7919 + (index >> 8) * 31) % 256),
).toString('base64'); // 5 MB, one line
const nested = (depth: number) =>
  `${'<div>'.repeat(depth)}buried treasure${'</div>'.repeat(depth)}`;
const url = 'https://example.test/poison';

describe.concurrent('a poison document', () => {
  test.for<readonly [string, Record<string, unknown>]>([
    ['100 MB of text', { text: megabytes(100, 'lorem ipsum ') }],
    ['100 MB of HTML', { html: megabytes(100, '<p>lorem ipsum</p>') }],
    ['no text at all', { markdown: '' }],
    ['only blanks and NUL bytes', { text: '\u0000 \u0000\n' }],
    ['HTML without a word', { html: '<html><body><img src="a.png"></body></html>' }],
  ])('with %s is refused on submission, with a reason', async ([, content], { expect }) => {
    await using stack = await openTestStack();
    await expect(stack.intake.submit({ url, ...content })).rejects.toThrow(/text|markdown|html/);
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test.for<readonly [string, Record<string, unknown>]>([
    ['one line of base64 of 5 MB', { text: `before ${base64} after` }],
    [
      'a data URI of 5 MB',
      { markdown: `before ![picture](data:image/png;base64,${base64}) after` },
    ],
    ['NUL bytes between words', { text: megabytes(0.01, 'be\u0000fore \u0000 after ') }],
    ['HTML nested 100,000 deep', { html: nested(100_000) }],
    ['one sentence of 2 MB', { text: megabytes(2, 'word ') }],
    ['lone surrogates', { text: `broken \uD800 and \uDFFF text` }],
    ['a megabyte of headings', { markdown: megabytes(1, '# Heading\n') }],
    ['a megabyte of open code fences', { markdown: megabytes(1, '```\n') }],
  ])(
    'with %s is refused, fails or is indexed, and harms no other document',
    async ([, content], { expect }) => {
      await using stack = await openTestStack({
        environment: { WEBHOOK_MAX_CHUNK_TOKENS: '512', WEBHOOK_CHUNK_OVERLAP_TOKENS: '50' },
      });
      const worker = await stack.worker();
      await stack.intake
        .submit({ url, ...content })
        .catch((error: Error) => expect(error.message).toMatch(/text|nest/));
      for (const one of pages(5)) await stack.intake.submit(one);
      expect(await findInconsistencies(stack, { failures: { [url]: 'any' } })).toEqual([]);
      expect(worker.isRunning).toBe(true);
      await stack.intake.submit(page(1, 2));
      expect(await findInconsistencies(stack, { failures: { [url]: 'any' } })).toEqual([]);
    },
  );
});
