import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);

describe('a heading keeps the words of a link', () => {
  test.each([
    [
      '<section id="new"><h4 class="code-header">pub fn <a href="#new">new</a>() -> S</h4>',
      '#### pub fn new() -> S',
    ],
    [
      '<section id="struct.S"><h4>pub struct <a href="#struct.S" class="fn">S</a></h4></section>',
      '#### pub struct S',
    ],
    ['<h4 id="m"><code>fn <a href="#m">new</a></code></h4>', '#### `fn new`'],
    ['<h2 id="x"><a href="#x">useTitle</a> <span class="badge">New</span></h2>', '## useTitle New'],
    ['<h2 id="x"><span class="badge">New</span> <a href="#x">useTitle</a></h2>', '## New useTitle'],
    ['<h2 id="x"><a href="#x">useTitle</a> (experimental)</h2>', '## useTitle (experimental)'],
    ['<h2 id="x">1.2 <a href="#x">Install</a></h2>', '## 1.2 Install'],
    ['<h2 id="link"><a href="#link">Link</a></h2>', '## Link'],
    ['<h2><a class="anchor" href="#anchor">Anchor</a></h2>', '## Anchor'],
    ['<h2>The <a href="#tops">top</a> type</h2>', '## The top type'],
    [
      '<h2 id="link"><a href="#link">Link</a><a class="headerlink" href="#link">¶</a></h2>',
      '## Link',
    ],
    [
      '<h2><a href="#a">Jump to conclusions</a> <span class="tag">new</span></h2>',
      '## Jump to conclusions new',
    ],
  ])('%s', (html, seen) => expect(markdown(html)).toBe(seen));

  test.each([
    '<section id="a"><h2>Title<a class="anchor" href="#a">Länk hit</a></h2></section>',
    '<h2 id="a">Title <span class="badge"></span><a href="#a">Länk</a></h2>',
    '<h2><img alt="Title"><a href="#a">Permalink</a></h2>',
    '<h2>Title<a href="#toc">Back to top</a></h2>',
    '<h2>Title &nbsp; <a href="#top_of_page"><span class="top-link">top</span></a></h2>',
  ])('but not those of a permalink beside its own: %s', (html) =>
    expect(markdown(html).replace('![Title]()', 'Title')).toBe('## Title'),
  );
});

describe('a link whose words are signs', () => {
  test.each([
    ['<p><a href="ops.html#add"><code>+</code></a> adds</p>', '[`+`](ops.html#add) adds'],
    ['<dl><dt><a class="permalink" href="#_"><code>-</code></a></dt></dl>', '`-`'],
    ['<ul><li><a href="#v:-60--36--62-">(&lt;$&gt;)</a> :: F</li></ul>', '- (<$>) :: F'],
    ['<dl><dt><a href="#plus">+</a></dt><dd>adds</dd></dl>', '+\n\nadds'],
    ['<p><a href="#and">&amp;&amp;</a> and <a href="#or">||</a></p>', '&& and ||'],
    ['<p>It holds<sup><a href="#fn">*</a></sup>.</p>', 'It holds[*].'],
  ])('is read where it names something: %s', (html, seen) =>
    expect(markdown(html).replaceAll('\\|', '|')).toBe(seen),
  );

  test.each([
    ...['¶', '#', '§', '🔗', '↩', '↩︎', '^', '◆', '[#]', '&#xF0C1;', '&#x200B;', '⚓'].map(
      (sign) => `<p>Text <a href="#x">${sign}</a></p>`,
    ),
    '<p>Text <a href="#">×</a></p>',
    '<p>Text <a class="anchor" href="#x">::</a></p>',
    '<dl><dt>Text <a href="#x">~</a></dt></dl>',
    '<p>Text <a href="#x"><svg></svg></a></p>',
  ])('is not read where it only leads to its place: %s', (html) =>
    expect(markdown(html)).toBe('Text'),
  );
});
