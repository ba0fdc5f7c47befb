import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const block = (language: string, ...lines: string[]): string =>
  [`\`\`\`${language}`, ...lines, '```'].join('\n');

describe('code without <pre>', () => {
  const row = (number: number, line: string): string =>
    `<span data-ds--code--row=""><span class="linenumber" data-ds--line-number="${number}"></span>` +
    `<span>${line}</span></span>`;
  const rows = `${row(1, 'if a:\n')}${row(2, '    b()')}`;

  test.each([
    [
      'of Confluence Cloud',
      `<div><span data-ds--code--code-block=""><code class="language-py">${rows}</code></span></div>`,
    ],
    ['of Bitbucket', `<span data-ds--code--code-block="" data-code-lang="py">${rows}</span>`],
    [
      'with lines by their class',
      '<div><code class="language-py"><span class="line">if a:</span>\n<span class="line">    b()' +
        '</span></code></div>',
    ],
    [
      'with lines by their data',
      '<code data-language="py"><span data-line="">if a:</span><span data-line="">    b()</span></code>',
    ],
    [
      'with elements that end lines',
      '<code class="language-py"><span>if a:\n</span><span>    b()\n</span></code>',
    ],
  ])('keeps its lines: %s', (_what, html) =>
    expect(markdown(html)).toBe(block('py', 'if a:', '    b()')),
  );

  test.each([
    ['<p>Say <code data-language="js"><span data-line="">a()</span></code>.</p>', 'Say `a()`.'],
    ['<p>Say <code><i class="line">a</i> or <i class="line">b</i></code>.</p>', 'Say `a or b`.'],
    ['<p>Say <code><b>a</b>\n<i>b</i></code>.</p>', 'Say `a b`.'],
    [
      '<code>a<p>b</p><pre><i class="line">c</i><i class="line">d</i></pre>',
      'a\n\nb\n\n```\nc\nd\n```',
    ],
    ['<p>Say <code><span class="pre">a\n</span><span>b</span></code>.</p>', 'Say `a b`.'],
  ])('of one line, or without its end, is no block: %s', (html, seen) =>
    expect(markdown(html)).toBe(seen),
  );

  test('of more than two lines is no part of a table', () => {
    const code = `<code>${['a', 'b', 'c'].map((line, at) => row(at, `${line}\n`)).join('')}</code>`;
    expect(markdown(`<table><tr><td>${code}</td><td>z</td></tr></table>`)).toBe(
      `${block('', 'a', 'b', 'c')}\n\nz`,
    );
  });
});

describe('a table of code', () => {
  const rows =
    '<tr><th id="L1"><a href="#L1">1</a></th><td>if a:</td></tr>' +
    '<tr><th id="L2"><a href="#L2">2</a></th><td>    b()</td></tr>';

  test.each([
    [
      'of Trac',
      '<thead><tr><th class="lineno">Line</th><th class="content">&nbsp;</th></tr></thead>',
    ],
    [
      'without a name for its numbers',
      '<thead><tr><th class="lineno"></th><th>Code</th></tr></thead>',
    ],
    ['without <thead>', '<tr><th>Line</th><th>Code</th></tr>'],
    ['of cells', '<thead><tr><td colspan="2">main.py</td></tr></thead>'],
  ])('has no titles of columns in its code: %s', (_what, titles) =>
    expect(markdown(`<table class="code">${titles}<tbody>${rows}</tbody></table>`)).toBe(
      block('', 'if a:', '    b()'),
    ),
  );

  test('may have all of its lines in <thead>', () =>
    expect(markdown(`<table class="code"><thead>${rows}</thead></table>`)).toBe(
      block('', 'if a:', '    b()'),
    ));

  test('is none with other columns', () =>
    expect(
      markdown(
        '<table><thead><tr><th>Line</th><th>Stop</th></tr></thead><tr><td>1</td><td>Harbour</td>' +
          '</tr></table>',
      ),
    ).toBe('| Line | Stop |\n| --- | --- |\n| 1 | Harbour |'));

  test('that stands in code keeps its titles', () =>
    expect(markdown('<pre><table><tr><th>a</th></tr><tr><td>b</td></tr></table></pre>')).toBe(
      block('', 'a', 'b'),
    ));
});

describe('a box of code', () => {
  test.each([
    [
      'of Writerside',
      '<div class="code-block" data-lang="kotlin">\nfun main() {\n    a()\n}\n</div>',
      block('kotlin', 'fun main() {', '    a()', '}'),
    ],
    [
      'that is set in',
      '<div class="code-block" data-lang="bash" data-title="Console">\n        brew install a\n    </div>',
      block('bash', 'brew install a'),
    ],
    [
      'by its language',
      '<div data-language="go">\n  if a {\n    b()\n  }\n</div>',
      block('go', 'if a {', '  b()', '}'),
    ],
    [
      'with its command and a button',
      '<div class="code-block"><code>npm i</code><button>Copy</button></div>',
      block('', 'npm i'),
    ],
    [
      'of LaTeXML',
      '<div class="ltx_listing ltx_lst_language_C"><div class="ltx_listing_data"><a download>⬇</a>' +
        '</div><div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline">1</span>if (a)' +
        '</div><div class="ltx_listingline"><span class="ltx_tag ltx_tag_listingline">2</span>' +
        '<span class="ltx_text ltx_lst_space">  </span>b();</div></div>',
      block('C', 'if (a)', '  b();'),
    ],
    [
      'of Evernote',
      '<div style="font-family: Monaco; -en-codeblock:true;"><div>if a:</div><div>    b()</div></div>',
      block('', 'if a:', '    b()'),
    ],
    [
      'of gitweb',
      '<div class="page_body"><div class="pre"><a id="l1" href="#l1" class="linenr">   1</a> if a:' +
        '</div><div class="pre"><a id="l2" href="#l2" class="linenr">   2</a>     b()</div></div>',
      block('', 'if a:', '    b()'),
    ],
  ])('is a block with its lines: %s', (_what, html, seen) => expect(markdown(html)).toBe(seen));

  test.each([
    ['<div class="code-block code-block-2"><a href="/b">Read this</a></div>', '[Read this](/b)'],
    ['<div class="code-block"><p>Say it.</p><pre>a\nb</pre></div>', 'Say it.\n\n```\na\nb\n```'],
    ['<div class="code-block"><b>a.js</b> <code>let a</code></div>', '**a.js** `let a`'],
    ['<div class="code-block"><textarea>ls</textarea><code>ls</code></div>', '`ls`'],
    ['<div data-lang="en">Two\nlines.</div>', 'Two lines.'],
    ['<div data-lang="python">Python</div>', 'Python'],
    ['<div data-lang="go">\n<a href="#go">Go</a>\n<a href="#c">C</a>\n</div>', 'Go C'],
    ['<div><div class="pre">a</div><div class="pre">b</div></div>', 'a\n\nb'],
  ])('is no block of code: %s', (html, seen) => expect(markdown(html)).toBe(seen));
});

test.each([
  ['<div class="code-block">x</div>', '<div>'.repeat(150), ''],
  ['<b>x</b>', '<div class="code-block" data-lang="c">'.repeat(150), ''],
  ['<div class="pre"><a class="linenr">1</a> x</div>', '<div class="page_body">'.repeat(150), ''],
])('a page of 20,000 times %s is read without hanging', (part, before, after) =>
  expect(markdown(`${before}${part.repeat(20_000)}${after}`)).toContain('x'),
);

test.each([
  ['Mintlify', 'ts', '<pre class="shiki"><code language="ts">a\nb</code></pre>'],
  ['Google', 'Python', '<pre translate="no" syntax="Python">a\nb</pre>'],
  ['Enlighter', 'go', '<pre class="EnlighterJSRAW" data-enlighter-language="go">a\nb</pre>'],
  ['notebooks', 'ipython3', '<div class="highlight hl-ipython3"><pre>a\nb</pre></div>'],
  ['no language', '', '<div class="highlight hl-lines"><pre>a\nb</pre></div>'],
])('code has the language that a page gives it: %s', (_site, language, html) =>
  expect(markdown(html)).toBe(`\`\`\`${language}\na\nb\n\`\`\``),
);

test.each([
  ['in the code', '', '</pre>'],
  ['behind it', '</pre>', ''],
])('the name of the language and a button are no code: %s', (_place, before, behind) =>
  expect(
    markdown(
      `<pre class="highlightjs"><code data-lang="xml">a\nb</code>${before}<div class="` +
        'source-toolbox"><span class="source-lang">xml</span><button><span class="copy-toast">' +
        `Copied!</span></button></div>${behind}`,
    ),
  ).toBe('```xml\na\nb\n```'),
);

test('lines of code that no <pre> is around are a block', () =>
  expect(
    markdown(
      '<div class="prism-code language-yaml"><div class="token-line"><b>a</b>: 1</div>' +
        '<div class="token-line">b: 2</div></div>',
    ),
  ).toBe('```yaml\na: 1\nb: 2\n```'));

test('the gutter of an editor is no text', () =>
  expect(
    markdown(
      '<div class="ace_editor"><div class="ace_gutter"><div class="ace_gutter-cell">1</div><div ' +
        'class="ace_gutter-cell">2</div></div><div class="ace_scroller"><div class="' +
        'ace_text-layer"><div class="ace_line">a</div><div class="ace_line">b</div></div></div></div>',
    ),
  ).toBe('```\na\nb\n```'));

test('JSON whose parts can be folded has the indentation that a style gives it', () => {
  const item = (html: string): string => `<li><div class="hoverable">${html}</div></li>`;
  const list = (kind: string, ...items: string[]): string =>
    `<ul class="${kind} collapsible">${items.map(item).join('')}</ul>`;
  const tags = `"tags": <b>[</b>${list('array', '"a",', '"b"')}<b>]</b>,`;
  expect(
    markdown(`<p>a</p><div><code><b>{</b>${list('obj', tags, '"n": 1')}<b>}</b></code></div>`),
  ).toBe('a\n\n```\n{\n  "tags": [\n    "a",\n    "b"\n  ],\n  "n": 1\n}\n```');
});
