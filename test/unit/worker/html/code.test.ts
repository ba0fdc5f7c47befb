import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const block = (language: string, ...lines: string[]): string =>
  [`\`\`\`${language}`, ...lines, '```'].join('\n');

describe('what stands in code and is none', () => {
  test.each([
    [
      'the type of a name that Twoslash shows',
      '<span class="twoslash-hover"><span class="twoslash-popup-container"><code><span class="line">' +
        'const a: number</span></code></span>a</span>b',
    ],
    ['the box of a name', 'a<span class="tooltip" role="tooltip">a number</span>b'],
    ['the box of a name by its class', '<span class="tip">a<i class="tooltiptext">so</i></span>b'],
    ['a hidden word', 'a<span hidden>spoken</span>b<span style="display: none">x</span>'],
    ['a message that is hidden', 'ab<span role="status">Copied</span>'],
    ['a hidden copy', 'ab<textarea style="display:none">ab\ncd</textarea>'],
    ['a choice of languages', '<select><option>Go</option><option>C</option></select>ab'],
    ['a number and its sign', '<span class="linenr"> 1:  </span>ab'],
    ['a number and its stroke', '<span class="lineno">12 | </span>ab'],
    ['a number that links to itself', '<a href="#17" id="17" data-nosnippet>17</a>ab'],
    ['a number and its point', '<span class="line-number">1.</span>ab'],
    [
      'what the handbook of TypeScript adds',
      '<div class="language-id">ts</div><code><div class="line">ab</div><span class="error"><span>' +
        'No.</span><span class="code">7</span></span><span class="error-behind">No.</span></code>' +
        '<a class="playground-link" href="https://t.example/play">Try</a>',
    ],
  ])('is no part of it: %s', (_what, html) =>
    expect(markdown(`<pre>${html}</pre>`)).toBe(block('', 'ab')),
  );

  test('is no part of a fragment of Doxygen: the box of a name', () =>
    expect(
      markdown(
        '<div class="fragment"><div class="line">Foo a;</div><div class="line">a.run();</div>' +
          '<div class="ttc" id="aFoo"><div class="ttname"><a href="f.html">Foo</a></div></div></div>',
      ),
    ).toBe(block('', 'Foo a;', 'a.run();')));

  test.each([
    ['lines that a click shows', 'a\n<span hidden>b\nc\n</span>d', ['a', 'b', 'c', 'd']],
    ['a line that a click shows', 'a\n<span hidden>b</span>\nc', ['a', 'b', 'c']],
    ['a line between breaks', 'a<br><span style="display:none">b</span><br>c', ['a', 'b', 'c']],
    [
      'elements of a line each',
      '<span class="line">a</span><span class="line" hidden>b</span>',
      ['a', 'b'],
    ],
    ['blanks', 'a:\n<span style="visibility:hidden">    </span>b', ['a:', '    b']],
    ['an error that no compiler gives', 'a <span class="error">b</span> c', ['a b c']],
    ['all of it', '<code hidden>a</code>', ['a']],
    ['a number that links elsewhere', 'a <a href="#n1" id="r1">1</a> b', ['a 1 b']],
    ['a number with a sign of a list', '<b>1.</b> a\n2: b', ['1. a', '2: b']],
  ])('but not %s', (_what, html, lines) =>
    expect(markdown(`<pre>${html}</pre>`)).toBe(block('', ...lines)),
  );
});

describe('code that is there twice', () => {
  const view =
    '<div aria-hidden="true"><div><div class="react-line-number">1</div></div>' +
    '<div class="react-code-lines"><div class="react-code-line-contents">if a:</div>' +
    '<div class="react-code-line-contents">  b()</div></div></div>';
  const text = '<textarea aria-label="file content" readonly>if a:\n  b()\n</textarea>';

  test.each([
    ['a text to copy from, behind it', `<main>${view}${text}</main>`],
    ['a text to copy from, before it', `<main><div>${text}</div>${view}</main>`],
    [
      'the text that Joplin keeps',
      '<div class="joplin-editable"><pre class="joplin-source">if a:\n  b()</pre>' +
        '<pre class="hljs"><code>if a:\n  b()</code></pre></div>',
    ],
    [
      'a text by its name',
      '<div><div><pre>if a:\n  b()</pre></div><pre class="demo-source" hidden="until-found">' +
        'if a:\n  b()</pre></div>',
    ],
  ])('is read once beside %s', (_what, html) =>
    expect(markdown(html)).toBe(block('', 'if a:', '  b()')),
  );

  test.each([
    ['<pre>ls</pre><pre>ls</pre>', 2],
    ['<pre class="demo-source">ls</pre><pre>ls -l</pre>', 2],
    ['<textarea readonly>ls</textarea><pre>ls -l</pre>', 2],
    ['<textarea readonly>ls</textarea><textarea readonly>ls</textarea>', 2],
    ['<div aria-hidden="true"><pre>ls</pre></div><textarea readonly>ls</textarea>', 1],
    ['<pre class="demo-source">ls</pre><pre style="display:none">ls</pre>', 1],
    ['<pre class="demo-source">ls</pre><p>Say <code>ls</code>.</p>', 1],
  ])('on purpose, or in part, stays: %s', (html, count) =>
    expect(markdown(html).match(/^```\nls/gm)).toHaveLength(count),
  );

  test('is a formula that Joplin shows', () =>
    expect(
      markdown(
        '<p>It is <span class="joplin-editable"><span class="joplin-source">x^2</span>' +
          '<span class="katex"><math><annotation encoding="application/x-tex">x^2</annotation>' +
          '</math></span></span>.</p>',
      ),
    ).toBe('It is $x^2$.'));
});

describe('several parts in one <pre>', () => {
  const esm = '<code class="language-js esm">import <b>fs</b>;</code>';
  const cjs = '<code class="language-js cjs">const fs = 1;</code>';

  test.each([
    [`<input type="checkbox">${esm}${cjs}<button>copy</button>`],
    [`${esm}<button>Run</button>${cjs.replace('">', '" style="display:none">')}`],
  ])('that are forms of an example are a block each: %s', (html) =>
    expect(markdown(`<ul><li>a<pre>${html}</pre></li></ul>`).split(/\n+ */)).toEqual([
      '- a',
      '```js',
      'import fs;',
      '```',
      '```js',
      'const fs = 1;',
      '```',
    ]),
  );

  test('that are long and of one language are a block each', () => {
    const code = '<code class="language-c">int a;\nint b;</code>';
    expect(markdown(`<pre>${code}${code}</pre>`)).toBe(
      `${block('c', 'int a;', 'int b;')}\n\n${block('c', 'int a;', 'int b;')}`,
    );
  });

  test.each([
    [
      'Medium',
      '<span id="a1">npm run</span><span id="a2">next<br>b</span>',
      ['npm run', 'next', 'b'],
    ],
    [
      'code of tokens',
      '<code><i>ls</i> <i>-l</i></code><code><i>cat</i> <i>a</i></code>',
      ['ls -l', 'cat a'],
    ],
    [
      'lines that end',
      '<span id="L1">a\n</span><span id="L2">\n</span><span id="L3">b</span>',
      ['a', '', 'b'],
    ],
  ])('that are lines are one block: %s', (_what, html, lines) =>
    expect(markdown(`<pre>${html}</pre>`)).toBe(block('', ...lines)),
  );

  test.each([
    ['<span id="a">npm</span><span> run</span>', 'npm run'],
    ['<code>npm </code><code>run</code>', 'npm run'],
    ['<code class="language-sh">npm</code> <code class="language-sh">run</code>', 'npm run'],
    ['<span id="a">npm</span> <span id="b">run</span>', 'npm run'],
    ['<code class="language-sh">npm run</code>', 'npm run'],
  ])('that are words stay a line: %s', (html, line) =>
    expect(markdown(`<pre>${html}</pre>`)).toMatch(new RegExp(`^\`\`\`(?:sh)?\n${line}\n\`\`\`$`)),
  );
});

test.each([
  ['<span hidden>x</span>', '<pre>', '</pre>'],
  ['<span hidden>x\n</span>', `<pre>${'<span hidden>'.repeat(150)}`, '</pre>'],
  ['<i class="error">x</i>', '<pre>', '</pre>'],
  ['<span id="a">x</span>', '<pre>', '</pre>'],
  ['<code class="language-c">x</code>', '<pre>', '</pre>'],
  ['<i class="lines">x</i>', '<code>'.repeat(150), ''],
  ['<tr><th>x</th></tr>', '<pre><table>', '</table></pre>'],
  ['<textarea readonly>x</textarea><pre>x</pre>', '<div>'.repeat(150), ''],
  ['<p aria-hidden="true">x</p><pre class="a-source">x</pre>', '<div>'.repeat(150), ''],
])('code with 20,000 times %s is read without hanging', (part, before, after) =>
  expect(markdown(`${before}${part.repeat(20_000)}${after}`)).toContain('x'),
);
