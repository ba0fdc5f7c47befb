import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const block = (language: string, ...lines: string[]): string =>
  [`\`\`\`${language}`, ...lines, '```'].join('\n');

describe('on the screen', () => {
  test.each([
    '<div class="noprint">Press the tray icon.</div>',
    '<p class="d-print-none">Press the tray icon.</p>',
    '<div class="md:block print:block">Press the tray icon.</div>',
  ])('%s is read, though it is not printed', (html) =>
    expect(markdown(html)).toBe('Press the tray icon.'),
  );

  test.each([
    '<span class="print-only">(https://a.example/x)</span>',
    '<div class="visible-print-block">Printed from a.example</div>',
    '<div class="d-none d-print-block">Printed from a.example</div>',
    '<div class="hidden print:block">Printed from a.example</div>',
    '<div class="noprint"><a href="/print">Print version</a></div>',
  ])('%s is not read', (html) => expect(markdown(`<p>text</p>${html}`)).toBe('text'));
});

const long = 'Keys are rotated by the operator of the cluster. '.repeat(5).trim();

test.each([
  ['<main><p>You are here</p></main>', `You are here\n\n# Keys\n\n${long}`],
  ['<div role="main"></div>', `# Keys\n\n${long}`],
  [`<main><p>${long}</p></main>`, `# Keys\n\n${long}`],
])('beside the main part %s a longer text is the page', (main, seen) =>
  expect(markdown(`${main}<div class="page"><h1>Keys</h1><p>${long}</p></div>`)).toBe(seen),
);

describe('pages as Confluence stores them', () => {
  test.each([
    [
      '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">bash</ac:parameter>' +
        '<ac:plain-text-body><![CDATA[if [ 1 < 2 ]; then\n  echo "<b>"\nfi]]></ac:plain-text-body>' +
        '</ac:structured-macro><p>Next.</p>',
      `${block('bash', 'if [ 1 < 2 ]; then', '  echo "<b>"', 'fi')}\n\nNext.`,
    ],
    [
      '<p>See <ac:link><ri:page ri:content-title="P" /><ac:plain-text-link-body>' +
        '<![CDATA[that page]]></ac:plain-text-link-body></ac:link>.</p>',
      'See that page.',
    ],
    [
      '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">Log in</ac:parameter>' +
        '<ac:parameter ac:name="key">k1</ac:parameter><ac:rich-text-body><p>Use it.</p>' +
        '</ac:rich-text-body></ac:structured-macro>',
      'Log in\n\nUse it.',
    ],
    [
      '<p>It is <ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE' +
        '</ac:parameter></ac:structured-macro> now.</p>',
      'It is DONE now.',
    ],
    [
      '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>incomplete' +
        '</ac:task-status><ac:task-body>Do it</ac:task-body></ac:task></ac:task-list>',
      'Do it',
    ],
  ])('have what a reader sees: %s', (html, seen) => expect(markdown(html)).toBe(seen));
});

describe('code', () => {
  test.each([
    [
      'with numbers that cannot be selected',
      '<pre><code data-lang="go"><span style="display:flex"><span style="user-select:none">1</span>' +
        '<span>a {\n</span></span><span style="display:flex"><span style="user-select:none">2' +
        '</span><span>}\n</span></span></code></pre>',
      block('go', 'a {', '}'),
    ],
    [
      'as an editor copies it',
      '<div style="font-family: Consolas, monospace;white-space: pre;"><div>if a:</div>' +
        '<div>    b()</div><br><div>c()</div></div>',
      block('', 'if a:', '    b()', '', 'c()'),
    ],
    [
      'with numbers and marks of a change beside blocks',
      '<pre><code><div class="ec-line highlight del"><div class="gutter"><div class="ln">1</div>' +
        '</div><div class="code">a</div></div><div class="ec-line highlight ins"><div class="code">' +
        '  b</div></div><div class="ec-line"><div class="code">c</div></div></code></pre>',
      block('', '- a', '+   b', 'c'),
    ],
    [
      'with marks of lines without text',
      '<pre><code><div class="ec-line ins"></div><div class="ec-line ins"><div class="code">\n</div>' +
        '</div><div class="ec-line del"><div class="code"></div></div><div class="ec-line">' +
        '<div class="code">c</div></div></code></pre>',
      block('', '+', '+', '-', 'c'),
    ],
    [
      'with marks of elements in a line',
      '<pre><code><span class="line diff add"><span>a</span></span><span class="line diff remove">' +
        'b</span><span class="line">c</span></code></pre>',
      block('', '+ a', '- b', 'c'),
    ],
  ])('%s keeps its lines alone', (_what, html, seen) => expect(markdown(html)).toBe(seen));

  test.each([
    ['ol><li', '1. ', '   '],
    ['ol start="100"><li', '100. ', '     '],
    ['blockquote><ol><li', '> 1. ', '>    '],
    ['ol><li><ul><li', '1.\n   - ', '     '],
    ['ul><li><ol><li', '-\n  1. ', '     '],
    ['ol><li><blockquote><ul><li', '1.\n   > - ', '   >   '],
  ])('that begins an item of <%s> stays, and ends where it ends', (tags, first, next) => {
    const ends = tags.split('><').map((tag) => `</${tag.split(' ', 1)[0]}>`);
    const code = '<pre>&lt;p class="x"&gt;\nfoo```\na\\_b</pre>';
    const lines = ['```', '<p class="x">', 'foo```', 'a\\_b', '```'].join(`\n${next}`);
    expect(markdown(`<${tags}>${code}${ends.toReversed().join('')}<p>snake_case</p>`)).toBe(
      `${first}${lines}\n\nsnake_case`,
    );
  });

  test('in a line may be backticks at its start', () =>
    expect(markdown('<p><code>``</code> opens a_b</p><p>c_d</p>')).toBe(
      '``` `` ``` opens a_b\n\nc_d',
    ));

  test.each(['pre-line', 'pre-wrap; font-family: Georgia'])('is no text in white-space: %s', (is) =>
    expect(markdown(`<div style="font: 1em Georgia; white-space: ${is}">a</div>`)).toBe('a'),
  );
});

test.each([
  ['<p>Words<a href="#fn1" role="doc-noteref"><sup>1</sup></a> go on.</p>', 'Words[1] go on.'],
  ['<p>Words.<sup><a href="#fn__1" class="fn_top">1)</a></sup> On.</p>', 'Words.[1] On.'],
  ['<p>Words<sup><a href="#n2">(12)</a></sup> go on.</p>', 'Words[12] go on.'],
  ['<p>Words <a href="#fn3" class="footnote-ref">3.</a></p>', 'Words [3]'],
  ['<p>Words<sup>(<a href="#n">1</a>)</sup>.</p>', 'Words([1]).'],
  ['<p>Step <a href="#s">1)</a> and x<sup>2)</sup></p>', 'Step 1) and x2)'],
  ['<p>Words<sup><a href="#n">2</a></sup>, and 3<sup>2</sup>.</p>', 'Words[2], and 3^2.'],
  ['<p>Words<sup>[<a href="#n" class="footnote">1</a>]</sup>.</p>', 'Words[1].'],
  ['<p>See chapter <a href="#c">2</a>.</p>', 'See chapter 2.'],
])('the sign of a note is no part of a word: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  '<h2>Title<button>Link to this heading</button></h2>',
  '<h2 id="a">Title<a href="#a">Länk till detta avsnitt</a></h2>',
  '<h2 id="Größe">Title<a href="#Gr%C3%B6%C3%9Fe">このセクションへのリンク</a></h2>',
  '<h2>Title<a href="#a">Copy link to this section</a></h2>',
  '<h2>Title<span class="anchor-link">#</span></h2>',
])('a heading is its words: %s', (html) => expect(markdown(html)).toBe('## Title'));

test.each([
  ['<p>Alpha<span aria-hidden="true">Alpha</span></p>', 'Alpha'],
  ['<p><b>Alpha</b> <b aria-hidden="true">Beta</b></p>', '**Alpha** **Beta**'],
  ['<img alt="Flow"><noscript><img alt="Flow"></noscript>', '![Flow]()'],
  ['<figure><noscript><img alt="Flow" src="f.png"></noscript></figure>', '![Flow](f.png)'],
  ['<ul><li><a href="/a">Page</a><time>May 2</time></ul>', '- [Page](/a) May 2'],
  ['<div>Let<div class="math">\\[a\\]</div>be.</div>', 'Let\n\n$$a$$\n\nbe.'],
])('%s is read once and in its order', (html, seen) => expect(markdown(html)).toBe(seen));

test.each([
  ['<a href="https://e.org/setup">https://e.org/setup</a>.', 'https://e.org/setup.'],
  ['<a href="https://e.org/a_b">https://e.org/a_b</a>', 'https://e.org/a_b'],
  ['<a href="https://e.org/"> https://e.org/<i class="sr-only">Opens</i></a>', 'https://e.org/'],
  ['<a href="ftp://e.org/y">ftp://e.org/y</a>', 'ftp://e.org/y'],
  ['<a href="mailto:a@e.org">mailto:a@e.org</a>', 'mailto:a@e.org'],
  ['<a href="tel:+1">tel:+1</a><a href="tel:+2">tel:+2</a>', 'tel:+1 tel:+2'],
  ['<a href="https://e.org/F_(x)">F</a> H<sub>2</sub>O', '[F](<https://e.org/F_(x)>) H2O'],
  ['<a href="/a b">F</a> <mark>m</mark>', '[F](</a b>) m'],
  ['<img alt="F" src="https://e.org/a b.png">', '![F](<https://e.org/a b.png>)'],
  ['&lt;https://e.org&gt; &lt;b&gt; ](&lt;i&gt;)', '<https://e.org> <b> ](<i>)'],
])('no URL is taken for a tag: %s', (html, seen) =>
  expect(markdown(`<p>See ${html}</p>`)).toBe(`See ${seen}`),
);

test.each([
  ['<svg><desc>Made with Sketch.</desc><text>Axis</text></svg>', 'Axis'],
  ['<svg><g><desc>Made with <b>it</b></desc></g><metadata/><text>Axis</text></svg>', 'Axis'],
  ['<svg><metadata><rdf:RDF>image/svg+xml</rdf:RDF></metadata><text>Axis</text></svg>', 'Axis'],
  ['<nav>menu<svg><desc>Made with Sketch.</desc></svg></nav>', 'menu'],
  ['<record><metadata>Of 1955.</metadata> <desc>A letter.</desc></record>', 'Of 1955. A letter.'],
])('what a picture says of itself is not seen: %s', (html, seen) =>
  expect(markdown(html).replaceAll(/\s+/g, ' ')).toBe(seen),
);

test.each([
  ['<code>a = 1<br>b = 2</code>', '| `a = 1` `b = 2` | z |\n| --- | --- |'],
  ['<code><div>a</div><div>b</div></code>', '| `a` `b` | z |\n| --- | --- |'],
  ['<code>a\n = 1</code>', '| `a = 1` | z |\n| --- | --- |'],
  ['<pre>a = 1</pre>', '| `a = 1` | z |\n| --- | --- |'],
  [
    '<code>if a:<br>  b<br>else:<br>  c</code>',
    `${block('', 'if a:', '  b', 'else:', '  c')}\n\nz`,
  ],
  ['<pre>a\nb</pre>', `${block('', 'a', 'b')}\n\nz`],
])('code in a cell keeps its lines apart: %s', (html, seen) =>
  expect(markdown(`<table><tr><td>${html}</td><td>z</td></tr></table>`)).toBe(seen),
);

const aside = (title: string, rest: string): string =>
  `<main><p>Text</p><aside class="sidebar">${title}${rest}</aside></main>`;

test.each([
  [aside('<p class="sidebar-title">Why</p>', '<p>So.</p>'), 'Text\n\nWhy\n\nSo.'],
  [aside('<p class="sidebar-title">More</p>', '<ul><li><a href="/a">A page</a></ul>'), 'Text'],
  [aside('<p>News</p>', '<p>Subscribe.</p>'), 'Text'],
  [aside('<h3 class="sidebar-title">News</h3>', '<p>Subscribe.</p>'), 'Text'],
  [
    `<p>Text</p>${aside('<p class="sidebar-title">x</p>', 'y').replaceAll(/<.?main>/g, '')}`,
    'Text\n\nText',
  ],
])('a sidebar of Sphinx in the main part is read: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  ['<pre class="line-numbers language-bash"><code>42</code></pre>', block('bash', '42')],
  ['<pre class="line-numbers">1\n2</pre>', block('', '1', '2')],
  ['<p>Line <span class="line-number">7</span> is bad</p>', 'Line 7 is bad'],
  ['<ul><li>See line <span class="lineno">7</span></li></ul>', '- See line 7'],
  ['<div><span class="line-number">7</span>int a;</div>', 'int a;'],
  ['<ol><li><span class="ln">1</span>int a;</li></ol>', '1. int a;'],
  ['<div class="gutter">1 2</div><pre>a\nb</pre>', block('', 'a', 'b')],
  ['<pre><span class="ln">1</span>a\n<span class="ln">2</span>b</pre>', block('', 'a', 'b')],
  ['<div><i class="gutter">1<br>2</i><pre>a\nb</pre></div>', block('', 'a', 'b')],
  ['<div><div class="gutters"><b class="ln">1</b></div><p><code>a</code></p></div>', '`a`'],
])('numbers are left out where they number lines: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  ['<div class="testimonial"><p>It works.</p><footer>— Ada</footer></div>', 'It works.\n\n— Ada'],
  [
    '<section><p>It works.</p><footer>By <a href="/a">Ada</a> of <cite>X</cite></footer></section>',
    'It works.\n\nBy [Ada](/a) of X',
  ],
  ['<div><p>a</p><footer><a href="/b">Next page</a></footer></div>', 'a'],
  ['<div><p>a</p><footer>Helpful? <button>Yes</button></footer></div>', 'a'],
  ['<div><p>a</p><footer>© 2026 Otter</footer></div>', 'a'],
  ['<div><p>a</p><footer class="entry-footer">Posted in News</footer></div>', 'a'],
  ['<p>a</p><footer>Otter Ltd.</footer>', 'a'],
  ['<article><p>a</p><footer>Otter Ltd.</footer></article>', 'a'],
])('a footer in the text is read where it is no part of the site: %s', (html, seen) =>
  expect(markdown(`<main>${html}</main>`)).toBe(seen),
);

test('a cell of several rows leaves its place below empty', () =>
  expect(
    markdown(
      '<table><tr><th>Day</th><th>Task</th></tr><tr><td rowspan="2">Mon</td><td>a</td></tr>' +
        '<tr><td>b</td></tr><tr><td>Tue</td><td>c</td></tr></table>',
    ),
  ).toBe('| Day | Task |\n| --- | --- |\n| Mon | a |\n|  | b |\n| Tue | c |'));

test('cells of many rows and columns make a page no more than ten times as long', () => {
  const wide = '<td rowspan="50" colspan="50">';
  const html = `<table>${`<tr>${wide.repeat(20)}</tr>${'<tr><td>x'.repeat(49)}`.repeat(20)}</table>`;
  expect(markdown(html).length).toBeLessThan(html.length * 10);
});
