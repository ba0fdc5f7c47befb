import { describe, expect, test } from 'vitest';

import { scanBlocks } from '../../../../worker/chunks/blocks.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

/** Kind and first line of each block. */
const blocksOf = (text: string): string[] =>
  [...scanBlocks(text)].map(
    ({ kind, start, end }) => `${kind} ${text.slice(start, end).trim().split('\n', 1)[0]}`,
  );

describe('a block of code', () => {
  test.each([
    ['1. ```sh\n   npm install\n   ```\n\n2. Open it.', ['code 1. ```sh', 'text 2. Open it.']],
    ['- ```js\n  f()\n  ```\n  and more', ['code - ```js', 'text and more']],
    ['* 1. ~~~ a `b`\n     x\n     ~~~\ny', ['code * 1. ~~~ a `b`', 'text y']],
    ['> ```\n> # no heading\n> ```\n> text', ['code > ```', 'text > text']],
    ['-\t```sh\n\tls\n\t```\n\nb', ['code -\t```sh', 'text b']],
  ])('may begin a list item or a quote (%j)', (text, blocks) => {
    expect(blocksOf(`${text}\n\n## Next`)).toEqual([...blocks, 'heading ## Next']);
  });

  test.each(['1. ```sh\n   npm install\n\n', '- ~~~\n  x\n', '> ```\n> x\n\n'])(
    'that nobody closes ends with its item or quote (%j)',
    (text) => {
      expect(blocksOf(`${text}Text.\n\n## Next`)).toEqual([
        expect.stringMatching(/^code /),
        'text Text.',
        'heading ## Next',
      ]);
    },
  );

  test.each(['```docker ps``` lists them.', '``` `` ``` begins a block.', '- ```a``` is code'])(
    'does not begin with code within a line (%j)',
    (text) => {
      expect(blocksOf(`${text}\n\n## Next`)).toEqual([`text ${text}`, 'heading ## Next']);
    },
  );

  test('ends with as many signs as it began with, or more', () => {
    expect(blocksOf('````md\n```\n# no\n```\n`````\n# Yes')).toEqual([
      'code ````md',
      'heading # Yes',
    ]);
  });

  test('of a page stands in its list item alone', () => {
    const { markdown } = convertHtml(
      '<ol><li><pre><code class="language-sh">npm i\n\n# all\n  x</code></pre></li><li>Open it.</li>' +
        '</ol><blockquote><pre><code>a\nb</code></pre></blockquote><h2>Next</h2>',
    );
    expect(blocksOf(markdown).map((block) => block.split(' ', 1)[0])).toEqual([
      'code',
      'text',
      'code',
      'heading',
    ]);
  });
});

test('a line of 10 MB of signs of items is one block', () => {
  expect([...scanBlocks(`${'- '.repeat(5_000_000)}\n${'> '.repeat(5_000_000)}`)]).toHaveLength(1);
});
