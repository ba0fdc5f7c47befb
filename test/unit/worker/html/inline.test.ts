import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';
import { measureGrowth } from '../../../harness/growth.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);

test.each([
  ['<code>Map&lt;<a href="s">String</a>,<a href="t">T</a>&gt;</code>', '`Map<String,T>`'],
  ['<code>rm <em>file</em> <b>-f</b></code>', '`rm file -f`'],
  ['<kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd> copies', '`Ctrl+C` copies'],
  ['<code><span><i>a</i></span><sub>1</sub><del>b</del></code>', '`a1b`'],
  ['<code><a href="/a">A</a><a href="#b">B</a></code>', '`AB`'],
  ['<a href="m"><code>m<em>x</em></code></a> <code>n</code>', '[`mx`](m) `n`'],
  ['<em>See <code>a</code></em> <a href="b">b</a>', '*See `a`* [b](b)'],
])('code in a line has no marks inside: %s', (html, seen) =>
  expect(markdown(`<p>${html}</p>`)).toBe(seen),
);

test.each([
  [
    '<b style="font-weight:normal" id="docs-internal-guid-1"><p>Hello</p><ul><li><p>item</p></li>' +
      '</ul><h2>H</h2></b>',
    'Hello\n\n- item\n\n## H',
  ],
  ['<em><p>One</p><p>Two</p></em>', 'One\n\nTwo'],
  ['<strong><i><div>One</div></i></strong><p>Two <b>x</b></p>', 'One\n\nTwo **x**'],
  ['<b><pre>a\nb</pre></b><p>c</p>', '```\na\nb\n```\n\nc'],
  ['<i><blockquote>a</blockquote></i>', '> a'],
  [
    '<b><table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td><b>d</b></td></tr></table></b>',
    '| a | b |\n| --- | --- |\n| c | **d** |',
  ],
  ['<p><b>One</b></p><b><h2>Two</h2><p><em>x</em></p></b>', '**One**\n\n## Two\n\n*x*'],
])('emphasis around blocks leaves the blocks as they are: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  [
    '<section><h3>add</h3><div>void add(E e)</div><div>Appends it.</div></section>',
    '- ### add\n\n  void add(E e)\n\n  Appends it.',
  ],
  ['<h3>add</h3>Appends <b>it</b>.', '- ### add\n\n  Appends **it**.'],
  ['<h3>add</h3><p>Appends it.</p>', '- ### add\n\n  Appends it.'],
  ['<h3>add</h3>', '- ### add'],
  ['<h3>add</h3> <h4>E</h4> text', '- ### add\n\n  #### E\n\n  text'],
  ['<h3>add</h3><ul><li><div>a</div></li></ul>', '- ### add\n  - a'],
  ['<p>Gets <b>it</b>.</p><h4>Returns</h4><p>x</p>', '- Gets **it**.\n\n  #### Returns\n\n  x'],
  ['Gets it.<h4>Returns</h4>it', '- Gets it.\n\n  #### Returns\n\n  it'],
  ['<div><section>a</section><div><h4>Returns</h4></div></div>', '- a\n\n  #### Returns'],
  ['<ul><li>a<h4>b</h4></li></ul><h3>c</h3>', '-\n  - a\n\n    #### b\n\n  ### c'],
  ['<p>a</p><div><span>b</span></div>', '- a\n\n  b'],
  ['<div>a</div>', '- a'],
  ['<div>a</div><ul><li><div>b</div></li><li>c</li></ul>', '- a\n  - b\n  - c'],
  ['<p>a</p><h3>B</h3><p>c</p>', '- a\n\n  ### B\n\n  c'],
  ['a <h4>B</h4><ul><li>c</li></ul><h4>D</h4>e', '- a\n\n  #### B\n  - c\n\n  #### D\n\n  e'],
  ['<img alt="P" src="p"><div><h3>A</h3></div>b', '- ![P](p)\n\n  ### A\n\n  b'],
  ['<a class="anchor" href="#a">#</a><div><h3>A</h3></div>b', '- ### A\n\n  b'],
  ['a<ul><li>b<h3>C</h3>d</li></ul><h3>E</h3>', '- a\n  - b\n\n    ### C\n\n    d\n\n  ### E'],
  ['<input type="checkbox"> <p>a</p><h3>B</h3>', '- [ ] a\n\n  ### B'],
  ['a<ul><li>b</li></ul>c', '- a\n  - b\n\n  c'],
  ['a<ul><li>b</li></ul> <code>c</code> d', '- a\n  - b\n\n  `c` d'],
  ['a<ul><li>b</li></ul><button>Copy</button> ', '- a\n  - b'],
  ['a<div><ul><li>b</li></ul></div><br><a href="c">c</a>', '- a\n  - b\n\n  [c](c)'],
  ['a<blockquote>b<h4>C</h4></blockquote>d', '- a\n  > b\n  >\n  > #### C\n\n  d'],
  ['a<table><tr><td>b</td><td>c</td></tr></table>d', '- a\n\n  | b | c |\n  | --- | --- |\n\n  d'],
  ['a<dl><dt>b</dt><dd>c</dd></dl>d', '- a\n\n  b\n\n  c\n\n  d'],
  ['<details><summary>a</summary>b</details>c', '- a\n\n  b\n\n  c'],
  ['a <p>b</p><b>c</b>', '- a\n\n  b\n\n  **c**'],
])('a block in an item of a list stays one: %s', (html, seen) =>
  expect(markdown(`<ul><li>${html}</li><li>z</li></ul>`)).toBe(`${seen}\n- z`),
);

const parameter = (words: string): string => `<em class="sig-param"><span>${words}</span></em>`;

test.each([
  [
    `<dt class="sig sig-object py">walk(${parameter('top')}, ${parameter('*')}, ` +
      `${parameter('topdown=True')}, <em class="sig-param"><i>**</i><span>kw_args</span></em>)</dt>`,
    'walk(top, *, topdown=True, **kw_args)',
  ],
  [
    '<dt class="sig"><em class="property">class </em><code>otter</code>.<b>Queue</b></dt>',
    'class otter.Queue',
  ],
  [`<dt><code class="descname">f</code>(${parameter('*a')}, ${parameter('b')})</dt>`, 'f(*a, b)'],
  ['<dt class="sig">get() → <a href="x.html">List</a></dt>', 'get() → [List](x.html)'],
  ['<dt class="signal">An <em>old</em> <code>x</code></dt>', 'An *old* `x`'],
])('a signature has no stars but its own: %s', (html, seen) =>
  expect(markdown(`<dl>${html}<dd>It <em>is</em>.</dd></dl>`)).toBe(`${seen}\n\nIt *is*.`),
);

test.each([
  ['<h3>delete<span class="badge">Deprecated</span></h3>', '### delete Deprecated'],
  ['<h3><code>delete</code><span class="VPBadge tip">1.2</span></h3>', '### `delete` 1.2'],
  ['<p><span class="tag">alpha</span><span class="tag">beta</span></p>', 'alpha beta'],
  [
    '<p>Is <span class="s aui-lozenge">DONE</span><span class="aui-lozenge">TODO</span></p>',
    'Is DONE TODO',
  ],
  ['<p><span class="http-verb post">post</span><span>/pet</span></p>', 'post /pet'],
  ['<p><span class="label label-info">Note</span><b>Read</b> it</p>', 'Note **Read** it'],
  ['<p>a<span class="chip"><i>b</i></span>c</p>', 'a *b* c'],
  ['<p>(<span class="label">a</span>), <span class="tag">b</span>/c.</p>', '(a), b/c.'],
  ['<p>a <span class="tag">b</span> c<span class="percentage">d</span></p>', 'a b cd'],
  ['<p><code>a<span class="token tag">b</span>c</code></p>', '`abc`'],
  ['<pre>a<span class="token tag">b</span>c</pre>', '```\nabc\n```'],
])('a badge is a word of its own: %s', (html, seen) => expect(markdown(html)).toBe(seen));

test.each([
  ['10<sup>-3</sup> and 2<sup>32</sup>', '10^-3 and 2^32'],
  ['10<sup>−3</sup> <b>10</b><sup><i>6</i></sup> (a+b)<sup>2</sup>', '10^−3 **10**^*6* (a+b)^2'],
  ['<code>2<sup>32</sup></code>', '`2^32`'],
  ['1<sup>st</sup> 2<sup>nd</sup> 1<sup>er</sup>', '1st 2nd 1er'],
  ['5 m<sup>2</sup> <sup>14</sup>C <i>x</i><sup>2</sup>', '5 m2 14C *x*2'],
  ['H<sub>2</sub><sup>16</sup>O SO<sub>4</sub><sup>2-</sup>', 'H216O SO42-'],
  ['in 2019<sup>[1]</sup> or 2020<sup class="reference">2</sup>', 'in 2019[1] or 20202'],
  [
    'in 2019<sup><a href="#n">1</a></sup>, 2020<sup><a href="/n">1</a></sup>',
    'in 2019[1], 2020[1](/n)',
  ],
  ['$19<sup>99</sup>', '$1999'],
])('an exponent of a number has a sign: %s', (html, seen) =>
  expect(markdown(`<p>${html}</p>`)).toBe(seen),
);

test.each(['10<sup>7</sup> ', 'a<span class="tag">b</span> ', 'a<sup><a href="#n">1</a></sup> '])(
  'a page of many %s is read in time that grows with its length',
  async (html) => {
    const growth = await measureGrowth(60_000, (count) => markdown(`<p>${html.repeat(count)}`));
    expect(growth).toBeLessThan(5);
  },
);

test.each([
  ['<ol><li value="7">a</li><li>b</li></ol>', '7. a\n8. b'],
  ['<ol start="3"><li>a</li></ol>', '3. a'],
  ['<ol start="3"><li value="x">a</li></ol>', '3. a'],
  ['<ul><li value="7">a</li></ul>', '- a'],
])('a list begins with the number of its first item: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  ['<p>a<a epub:type="noteref" href="#n">1</a></p>', 'a[1]'],
  ['<p>a</p><aside epub:type="footnote"><p>b</p></aside>', 'a\n\nb'],
  ['<main><p>a</p><aside epub:type="sidebar" class="sidebar"><p>b</p></aside></main>', 'a\n\nb'],
])('the notes of a book are part of its text: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  ['<div role="heading" aria-level="3">A</div>b', '### A\n\nb'],
  ['<span role="heading" aria-level="2">A</span>b', '## A\n\nb'],
  ['<div role="heading">A</div>b', 'A\n\nb'],
  ['<p role="heading" aria-level="9">A</p>b', '###### A\n\nb'],
  ['<div role="heading" aria-level="2"><button aria-expanded="false">A?</button></div>', '## A?'],
  ['<div role="heading" aria-level="2"><h3>A</h3></div>', '### A'],
  ['<ul><li>a<div role="heading" aria-level="4">B</div>c</li></ul>', '- a\n\n  #### B\n\n  c'],
])('an element is a heading by its role: %s', (html, seen) => expect(markdown(html)).toBe(seen));

test('headings by their role around one another are read without hanging', () =>
  expect(
    markdown(`${'<div role="heading" aria-level="2">'.repeat(190)}${'<b>x</b>'.repeat(20_000)}`),
  ).toMatch(/x/));

test.each([
  ['<div><span data-as="p">A.</span><span data-as="p">B <b>c</b>.</span></div>', 'A.\n\nB **c**.'],
  ['<ul><li><span data-as="p">A.</span><span data-as="p">B.</span></li></ul>', '- A.\n\n  B.'],
  ['<div>a <span data-as="q">b</span></div>', 'a b'],
])('paragraphs of Mintlify are paragraphs: %s', (html, seen) => expect(markdown(html)).toBe(seen));

test.each([
  ['<i class="fa icon-note" title="Note"></i>', 'Note\n\nText.'],
  ['<i class="fa icon-tip" title="建议"></i>', '建议\n\nText.'],
  ['<div class="title">Warning</div>', 'Warning\n\nText.'],
])('a note of Asciidoctor is its name and its words, and no table: %s', (icon, seen) =>
  expect(
    markdown(
      `<div class="admonitionblock note"><table><tbody><tr><td class="icon">${icon}</td>` +
        '<td class="content">Text.</td></tr></tbody></table></div>',
    ),
  ).toBe(seen),
);
