import { describe, expect, test } from 'vitest';

import { findPlainTitle, findTitle } from '../../../../cli/files/title.ts';

const real = '\n# The title\n';

describe('a title', () => {
  test.each([
    ['fence', '```sh\n# install it\napt install x\n```'],
    ['fence of tildes', '~~~\n# no\n~~~'],
    ['longer fence', '````md\n```\n# no\n```\n````'],
    ['fence in a list', '- step\n\n  ```sh\n  # no\n  ```'],
    ['fence behind a marker', '1. ```sh\n   # no\n   ```'],
    ['fence in a quotation', '> ```\n> # no\n> ```'],
    ['fence with attributes', '```{.python #id}\n# no\n```'],
    ['indented code', '    # no'],
    ['tab', '\t# no'],
    ['comment', '<!--\n# no\n-->'],
    ['comment behind words', 'Text <!-- begins\n# no\n-->'],
    ['pre', '<pre>\n# no\n</pre>'],
    ['script', '<script>\n# no\n</script>'],
    ['Jekyll', '{% highlight sh %}\n# no\n{% endhighlight %}'],
    ['formula', '$$\n# no\n$$'],
    ['no blank', '#no\n#!/bin/sh'],
  ])('is not taken from a %s', (_what, block) => {
    expect(findTitle(`${block}\n${real}`)).toBe('The title');
  });

  test('is not taken from a code block that never ends', () => {
    expect(findTitle('```\n# no\n')).toBeUndefined();
  });

  test.each([
    ['# A *fine* `title` #', 'A fine title'],
    ['# [Linked](https://a.example) title {#id}', 'Linked title'],
    ['Underlined\n==========\n', 'Underlined'],
    ['<h1 align="center">From <b>HTML</b></h1>', 'From HTML'],
    ['Text.\r\n\r\n# After text\r\n', 'After text'],
    ['# snake_case and 2 * 3', 'snake_case and 2 * 3'],
    ['``` inline ```\n# After inline code', 'After inline code'],
  ])('of %j is its words', (markdown, title) => {
    expect(findTitle(markdown)).toBe(title);
  });
});

test('a title is found in time after lines that never end', () => {
  // Without bounds the patterns would take minutes.
  const lines = [
    `# ${' '.repeat(200_000)}x`,
    '<!-- -->'.repeat(50_000),
    '<pre></pre>'.repeat(50_000),
  ];
  expect(findTitle(`${lines.join('\n')}\n${real}`)).toBe('The title');
});

test.each([
  ['==========\nInstalling\n==========\n\nText', 'Installing'],
  ['Installing\n**********\n\n.. code:: sh\n\n   # no\n', 'Installing'],
  ['= Installing\nAuthor\n\nText', 'Installing'],
  ['#+TITLE: Installing\n* First', 'Installing'],
  ['Text.\n\n.. code-block:: sh\n\n   # no\n', undefined],
  ['Text only', undefined],
])('the title of another format, %j, is what it marks as one', (text, title) => {
  expect(findPlainTitle(text)).toBe(title);
});
