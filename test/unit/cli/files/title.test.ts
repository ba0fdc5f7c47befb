import { describe, expect, test } from 'vitest';

import { hasTitle } from '../../../../cli/files/html-title.ts';
import { findTitle } from '../../../../cli/files/title.ts';
import { measureGrowth } from '../../../harness/growth.ts';

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
    ['shortcode of Hugo', '{{< highlight bash >}}\n# install it\n{{< /highlight >}}'],
    ['directive of MyST', ':::{code-block} bash\n# no\n:::'],
    ['longer directive', '::::{code-cell} python\n:::\n# no\n::::'],
    ['pre behind tags', '<div class="highlight"><pre><code>\n# install\n</code></pre></div>'],
    ['pre behind a summary', '<details><summary>x</summary><pre>\n# no\n</pre></details>'],
    ['style behind a tag', '<div><style>\n# x {}\n</style></div>'],
    ['indented pre', '<table>\n      <td><pre>\n# no\n      </pre></td>\n</table>'],
    ['comment of MDX', '{/*\n# Not a title\n*/}'],
    ['comment of Hugo', '{{/*\n# no\n*/}}'],
    ['comment of Obsidian', '%%\n# no\n%%'],
    ['comment right behind another', '<!--\na\n--> <!--\n# no\n-->'],
    ['formula of LaTeX', '\\[\n# no\n\\]'],
    ['formula that begins its line', '$$ a\n# no\n$$'],
    ['indented Jekyll', '  {% highlight sh %}\n# no\n  {% endhighlight %}'],
    ['code block of Hexo', '{% codeblock %}\n# no\n{% endcodeblock %}'],
    ['h1 in indented code', 'a\n\n    <h1>no</h1>'],
    ['no blank', '#no\n#!/bin/sh'],
  ])('is not taken from a %s', (_what, block) => {
    expect(findTitle(`${block}\n${real}`)).toBe('The title');
  });

  test('is not taken from a code block that never ends', () => {
    expect(findTitle('```\n# no\n')).toBeUndefined();
  });

  test.each([
    ['# R&amp;D &lt;v2&gt; &#8211; `a &amp; b`', 'R&D <v2> – a &amp; b'],
    ['<h1>Tom &amp; Jerry&nbsp;2</h1>', 'Tom & Jerry 2'],
    ['# AT&T; a && b &unknown;', 'AT&T; a && b &unknown;'],
    ['# A *fine* `title` #', 'A fine title'],
    ['# [Linked](https://a.example) title {#id}', 'Linked title'],
    ['Underlined\n==========\n', 'Underlined'],
    ['\nUnderlined over\ntwo *lines*\n===\n', 'Underlined over two lines'],
    ['- of a list\nand more\n===\n\n# First', 'First'],
    ['<h1 align="center">From <b>HTML</b></h1>', 'From HTML'],
    ['Text.\r\n\r\n# After text\r\n', 'After text'],
    ['# snake_case and 2 * 3', 'snake_case and 2 * 3'],
    ['``` inline ```\n# After inline code', 'After inline code'],
    ['<h1 align="center">\n  Proj\n</h1>\n\n# Installation', 'Proj'],
    ['<div align="center">\n    <h1>Proj</h1>\n</div>\n\n# Installation', 'Proj'],
    ['<p><a href="x"><h1\n class="a">Proj\n</h1></a>', 'Proj'],
    ['<h1><img src="a.png" alt="Proj"></h1>\n\n# Installation', 'Proj'],
    ['# The `__init__.py` file', 'The __init__.py file'],
    ['# Using `*args` and `**kwargs`', 'Using *args and **kwargs'],
    ['# Of `Array<T>` and `[a](b)`', 'Of Array<T> and [a](b)'],
    ['# An _old_, **_very_** ***bold*** a__b__c', 'An old, very bold a__b__c'],
    ['# [Foo](https://a.example/Foo_(bar)) x', 'Foo x'],
    ['#\tTitle\t#', 'Title'],
    ['Use `<pre>` and `{/*`.\n# After code marks', 'After code marks'],
    ['{/* a */}\n%% b %%\n$$ c $$\n# After one line', 'After one line'],
    ['% The *title*\n% An author\n\n# First', 'The title'],
    ['Date: 2024-01-05 10:20\nTitle: The title\nTags: a,\n  b\n\n# First', 'The title'],
    ['Title: My post\nDate: 2024-01-05\nCategory:\nTags:\n\nBody\n\n# Sub', 'My post'],
    ['Note:\n\n# First', 'First'],
    ['title:: The *title*\ntags:: a, b\n\n- # First', 'The title'],
    ['alias:: x\nicon::\ntitle:: The title\n- # First', 'The title'],
    ['tags:: a\n\ntitle:: No\n\n# First', 'First'],
    ['Words\ntitle:: No\n\n# First', 'First'],
    ['std::vector\ntitle:: No\n# First', 'First'],
    ['Title: a word\nthat is explained here.\n\n# First', 'First'],
    ['Words.\n% no\n\n# First', 'First'],
  ])('of %j is its words', (markdown, title) => {
    expect(findTitle(markdown)).toBe(title);
  });

  test.each([
    ['# Foo [![npm][npm-image]][npm-url] ![x][]', 'Foo npm x'],
    ['# Foo <!-- omit in toc -->', 'Foo'],
    ['# \\_\\_getattr\\_\\_ of \\*args and \\*\\*kwargs', '__getattr__ of *args and **kwargs'],
    ['# \\<T\\> generics, \\&amp; \\`x\\`', '<T> generics, &amp; `x`'],
    ['# `a\\*b`', 'a\\*b'],
    ['# Result<T, E> of <b>a</b> < b<br/>c', 'Result<T, E> of a < b c'],
    ['# Contact <me@example.com>', 'Contact me@example.com'],
    ['# <https://example.com/a_b_c>', 'https://example.com/a_b_c'],
    ['# Hello {/* #hello */}', 'Hello'],
    ['# Hello \\{#hello}', 'Hello'],
    ['# Title { #x }', 'Title'],
    ['# Title {-}', 'Title'],
    ['# Title {collapse="true"}', 'Title'],
    ['# {{ .Title }} and {title}', '{{ .Title }} and {title}'],
    ['# Foo <Badge text={{ a: 1 }} />', 'Foo'],
    ['# Foo[^1], bar[^note] [^2]', 'Foo, bar'],
    ['# Match [^a-z]', 'Match [^a-z]'],
    ['<h1>Foo<br>Bar</h1>', 'Foo Bar'],
    ["<h1><img alt='Foo' src=x> <img src=y alt=Bar></h1>", 'Foo Bar'],
    [`<h1>\n${'<source srcset="a.png">\n'.repeat(20)}<a x="y"z='w'>Logo</a>\n</h1>`, 'Logo'],
  ])('of %j keeps every word and no markup', (markdown, title) => {
    expect(findTitle(`${markdown}\n\n# Next`)).toBe(title);
  });
});

describe('the title of an MDX page', () => {
  test.each([
    'export const s = `\n# sh comment\n`;',
    '<CodeBlock language="sh">{`\n# install\n`}</CodeBlock>',
    '<CodeBlock>\n  {`\n# install\n`}\n</CodeBlock>',
    '<Code code={`\n# a\n`} more={dedent`\n# b\n`} />',
    "import a from 'a'\nexport const s = {\n\n  sh: `# x\n# no\n`,\n\n  py: `\n# no\n`\n}",
    'export const s = `\n\\`\\`\\`sh\n# no\n\\`\\`\\`\n`;',
    'export const s = `\n<pre>\n\n# no`',
    '{/* `\n# no\n*/}',
  ])('is not taken from code: %j', (code) => {
    expect(findTitle(`${code}\n\n# Real\n`, '.mdx')).toBe('Real');
  });

  test.each([
    "import A from './a'\n",
    "export const a = 'it`s'; // one `\n",
    'export const a = `x`, b = {\n  c: "`",\n};\n',
    'Set {`a`} or `{`, `x\ny` and {a, `b`}.\n',
    '<A b={`x`}>it is</A>\n',
    '```js\nexport const s = `\n```\n',
    'export const f = () => "(";\n',
  ])('stands behind code that ends: %j', (code) => {
    expect(findTitle(`${code}\n# Real\n`, '.mdx')).toBe('Real');
  });

  test('is that of Markdown where the file is no MDX', () => {
    expect(findTitle('Set {`\n# Title\n', '.md')).toBe('Title');
  });
});

test.each(['.md', '.mdx'])(
  'the time in which the title of a %s is found grows with the length of lines that never end',
  async (ending) => {
    const lines = (length: number) => [
      `# ${' '.repeat(length)}x`,
      '<!-- -->'.repeat(length / 4),
      '<pre></pre>'.repeat(length / 4),
      '\\`'.repeat(length),
      `${'<h1>'.repeat(40)}\n`.repeat(length / 100),
    ];
    const growth = await measureGrowth(200_000, (length) =>
      expect(findTitle(`${lines(length).join('\n')}\n${real}`, ending)).toBe('The title'),
    );
    expect(growth).toBeLessThan(5);
  },
);

test.each([
  ['<title>A page</title>', true],
  ['<TITLE lang=en>\nA page</TITLE>', true],
  ['<svg><title>Icon</title></svg><title>A page</title>', true],
  ['<meta property="og:title" content="A page"><p>x', true],
  ['<title></title><p>x', false],
  ['<title> \n </title><p>x', false],
  ['<svg viewBox="0 0 1 1"><title>Icon</title></svg><p>x', false],
  ['<!-- <title>Old</title> --><p>x', false],
  ['<p>x', false],
])('HTML says its title or does not: %j', (html, says) => {
  expect(hasTitle(html)).toBe(says);
});
