import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const code = (...lines: string[]): string => ['```', ...lines, '```'].join('\n');

describe('code', () => {
  test.each([
    ['breaks', '<pre>a<br>  b<br/><br>c</pre>', ['a', '  b', '', 'c']],
    ['blocks', '<pre><div>a</div><div><br></div><div>  b</div></pre>', ['a', '', '  b']],
    ['list items', '<pre><ol><li>a</li><li>b</li></ol></pre>', ['a', 'b']],
    [
      'elements of a class',
      '<pre><code><span class="line">a</span><span class="line"></span>' +
        '<span class="line">b</span></code></pre>',
      ['a', '', 'b'],
    ],
    [
      'elements with data',
      '<pre><code><span data-line="">a</span>\n<span data-line="">b</span></code></pre>',
      ['a', 'b'],
    ],
    [
      'elements shown as blocks',
      '<pre><code style="display:block">a</code><code style="display:block">b</code></pre>',
      ['a', 'b'],
    ],
    [
      'an editor',
      '<div class="CodeMirror-code"><div><div class="CodeMirror-gutter-wrapper">' +
        '<div class="CodeMirror-linenumber">1</div></div>' +
        '<pre class="CodeMirror-line">a</pre></div><div>' +
        '<pre class="CodeMirror-line">b</pre></div></div>',
      ['a', 'b'],
    ],
    ['breaks outside of <pre>', '<p><code>a<br>b</code></p>', ['a', 'b']],
    [
      'rows with their numbers',
      '<table><tr><td class="line-no">1</td><td class="line-code">a</td></tr><tr>' +
        '<td class="line-no">2</td><td class="line-code">  b</td></tr></table>',
      ['a', '  b'],
    ],
    [
      'a cell beside a column of numbers',
      '<table><tr><td>1<br>2</td><td><pre>a\nb</pre></td></tr></table>',
      ['a', 'b'],
    ],
    [
      'rows of breaks beside a gutter',
      '<figure class="highlight"><table><tr><td class="gutter"><pre>' +
        '<span class="line">1</span><br><span class="line">2</span><br></pre></td>' +
        '<td class="code"><pre><span class="line">a</span><br><span class="line">b' +
        '</span><br></pre></td></tr></table></figure>',
      ['a', 'b'],
    ],
    [
      'rows that all have a number as data',
      '<pre><code><table class="hljs-ln"><tr><td class="hljs-ln-line hljs-ln-numbers" ' +
        'data-line-number="1"></td><td class="hljs-ln-line hljs-ln-code" data-line-number="1">a {' +
        '</td></tr><tr><td class="hljs-ln-numbers" data-line-number="2"></td>' +
        '<td class="hljs-ln-code" data-line-number="2"></td></tr><tr><td class="hljs-ln-numbers" ' +
        'data-line-number="3"></td><td class="hljs-ln-code" data-line-number="3">}</td></tr>' +
        '</table></code></pre>',
      ['a {', '', '}'],
    ],
    [
      'rows with links to them',
      '<table class="code"><tbody><tr><th id="L1"><a href="#L1">1</a></th><td>if a:</td></tr>' +
        '<tr><th id="L2"><a href="#L2">2</a></th><td>    return 1</td></tr></tbody></table>',
      ['if a:', '    return 1'],
    ],
    [
      'there in plain form too, in Crayon',
      '<div><div><textarea class="crayon-plain" readonly>a\n  b</textarea></div><table><tr>' +
        '<td class="crayon-nums"><div>1</div><div>2</div></td><td class="crayon-code">' +
        '<div class="crayon-pre"><div class="crayon-line">a</div><div class="crayon-line">  b' +
        '</div></div></td></tr></table></div>',
      ['a', '  b'],
    ],
    [
      'there in plain form too, in EnlighterJS',
      '<main><div class="enlighter"><div>a</div><div>  b</div></div>' +
        '<pre class="EnlighterJSRAW" style="display:none">a\n  b</pre></main>',
      ['a', '  b'],
    ],
    [
      'a fragment',
      '<div class="fragment"><div class="line">if (a) {</div><div class="line">  b();</div></div>',
      ['if (a) {', '  b();'],
    ],
    [
      'layers of an editor',
      '<div class="ace_layer ace_text-layer"><div class="ace_line">a</div>' +
        '<div class="ace_line">  b</div></div>',
      ['a', '  b'],
    ],
    [
      'an example to edit',
      '<textarea class="Documentation-exampleCode">a\n b</textarea>',
      ['a', ' b'],
    ],
    [
      'lines with numbers and a button',
      '<pre class="line-numbers"><code>a\nb<span class="line-numbers-rows"><span>' +
        '</span></span><button>Copy</button></code></pre>',
      ['a', 'b'],
    ],
    [
      'added and removed lines',
      '<pre><code><span class="line diff remove">a</span>\n' +
        '<span class="line diff add">b</span></code></pre>',
      ['- a', '+ b'],
    ],
  ])('whose lines are %s keeps them', (_kind, html, lines) => {
    expect(markdown(html)).toBe(code(...lines));
  });

  test('in a cell of a table keeps its lines, and the cells around it their order', () => {
    expect(
      markdown('<table><tr><td>run</td><td><pre>a\nb</pre></td><td>now</td></tr></table>'),
    ).toBe(`run\n\n${code('a', 'b')}\n\nnow`);
  });
});

describe('what a reader sees', () => {
  test.each([
    ['the question of an accordion', '<h3><button>Why?</button></h3><p>So.</p>', '### Why?\n\nSo.'],
    [
      'the question of a disclosure, and its hidden answer',
      '<div><button aria-expanded="false" aria-controls="a">Why?</button>' +
        '<div id="a" hidden>So.</div></div>',
      'Why?\n\nSo.',
    ],
    [
      'the hidden answer to a link',
      '<p><a href="#" onclick="toggle(1)">How?</a></p><div style="display:none">So.</div>',
      'How?\n\nSo.',
    ],
    ['the hidden meaning of a term', '<dl><dt>A?<dd style="display:none">B.</dl>', 'A?\n\nB.'],
    [
      'the hidden answer to what acts as a button',
      '<div role="button">Q?</div><div style="display:none">A</div>',
      'Q?\n\nA',
    ],
    ['the hidden text of a heading', '<h3>Why?</h3><div hidden>So.</div>', '### Why?\n\nSo.'],
    [
      'a question in the head of an entry',
      '<header><button>What is X?</button></header><div>It is Y.</div>',
      'What is X?\n\nIt is Y.',
    ],
    ['a button in a sentence', '<p>Press <button>Save</button> now.</p>', 'Press Save now.'],
    [
      'labels of tabs, and each panel',
      '<div><button role="tab">A</button><button role="tab">B</button></div>' +
        '<div class="tab-pane">one</div>' +
        '<div class="tab-pane" style="display: none">two</div>',
      'A B\n\none\n\ntwo',
    ],
    [
      'a callout, and no other aside',
      '<article><p>a</p><aside>Mind it.</aside><aside class="related-posts">more' +
        '</aside></article><aside>ads</aside>',
      'a\n\nMind it.',
    ],
    ['a callout anywhere', '<p>a</p><aside class="callout">b</aside>', 'a\n\nb'],
    ['details', '<details><summary>More</summary>Inside.</details>', 'More\n\nInside.'],
    ['terms', '<dl><div><dt>A</dt><dd>1</dd><dd>2</dd></div></dl>', 'A\n\n1\n\n2'],
    ['an author', '<blockquote><p>q</p><footer>— Me</footer></blockquote>', '> q\n>\n> — Me'],
    [
      'a heading without its signs',
      '<h2>A <a href="#a">#</a></h2><h2>B<a class="headerlink" href="#b">¶</a>' +
        '</h2><h2><a class="anchor" href="#c"><svg><path/></svg></a>C</h2><h2>D' +
        '<a href="#d"><span class="sr-only">Permalink to D</span>🔗</a></h2><h2>' +
        '<a href="#e">E</a></h2>',
      '## A\n\n## B\n\n## C\n\n## D\n\n## E',
    ],
    ['a heading beside its main part', '<h1>T</h1><main><p>a</p></main>', '# T\n\na'],
    ['a shadow root', '<x-a><template shadowrootmode="open">in</template></x-a>', 'in'],
    [
      'what the first slot of a name shows',
      '<x-a><template shadowrootmode="open"><slot name="t">None</slot><slot></slot><hr>' +
        '<slot></slot></template><p>once</p></x-a>',
      'None\n\nonce\n\n---',
    ],
    ['elements of its own', '<x-a>One</x-a><x-a>Two</x-a>', 'One\n\nTwo'],
    [
      'cells',
      '<table><tr><td><p>a</p><ul><li>b</ul></td><td>c</table>',
      '| a b | c |\n| --- | --- |',
    ],
    ['text that stands between cells', '<table>a<tr><td>b</table>', 'a\n\nb'],
    ['a card that is a link', '<a href="/a"><h3>A</h3><p>b</p></a>', '### A\n\nb'],
    ['a picture’s description', '<img alt="Flow" src="f.png"><img src="x">', '![Flow](f.png)'],
    ['entities', '<p>&laquo;&nbsp;a&nbsp;&raquo; &amp;nbsp; &lt;T&gt;</p>', '« a » &nbsp; <T>'],
    ['text from right to left', '<p dir="rtl">שלום <b>עולם</b></p>', 'שלום **עולם**'],
    ['text of a class that may be a tool', '<div class="copy">Short text.</div>', 'Short text.'],
    ['a note of a class that may be a menu', '<p class="sidebar-note">Mind it.</p>', 'Mind it.'],
    ['a formula', '<p><math><mfrac><mi>a</mi><mi>b</mi></mfrac></math></p>', 'a/b'],
    ['TeX for a script', '<p><script type="math/tex">x_1</script></p>', '$x_1$'],
    [
      'a section whose class is its topic',
      '<section class="share-price"><h2>Share price</h2><p>It rose.</p></section>' +
        '<div class="edit-page"><h3>Edit a page</h3>Press E.</div>' +
        '<p class="feedback-loop">It rings.</p><p class="cookie">Bake it.</p>',
      '## Share price\n\nIt rose.\n\n### Edit a page\n\nPress E.\n\nIt rings.\n\nBake it.',
    ],
    [
      'footnotes',
      '<article><p>a</p><footer class="footnotes"><p>Note.</p></footer></article>',
      'a\n\nNote.',
    ],
    ['a page whose main part is empty', '<main></main><p>a</p>', 'a'],
    [
      'a section named as a menu',
      '<div class="toc"><p>A table of contents lists it.</p></div>',
      'A table of contents lists it.',
    ],
    ['a short note in a box', '<div class="sidebar"><p>Mind it.</p></div>', 'Mind it.'],
  ])('is %s', (_what, html, seen) => expect(markdown(html)).toBe(seen));

  test.each([
    '<nav>x</nav>',
    '<button>Copy</button>',
    '<div class="feedback"><p>Was this helpful?</p><button>Yes</button></div>',
    '<ul class="breadcrumbs"><li><a href="/">Home</a></li></ul>',
    '<div class="toc"><a href="#a">A</a><a href="#b">B</a></div>',
    '<div id="toc"><div id="toctitle">Table of Contents</div><a href="#a">A</a></div>',
    '<a class="edit-link" href="/edit">Edit this page</a>',
    '<a href="#main">Skip to content</a>',
    '<span class="visually-hidden">spoken</span>',
    '<div role="alert" hidden>Copied</div>',
    '<template><p>later</p></template>',
    '<noscript>Turn it on</noscript>',
    '<noframes><p>Your browser has no frames</p></noframes>',
    '<select><option>v1</option></select>',
  ])('is not %s', (html) => expect(markdown(`<p>text</p>${html}`)).toBe('text'));
});

describe('what a page says of itself', () => {
  test.each([
    ['<html xml:lang="nl-BE"><body>x', 'nl-BE'],
    ['<HTML LANG=FR><body>x', 'FR'],
    ['<html><body lang="it">x', 'it'],
    ['<html lang="en"><main lang="ja">x</main>', 'ja'],
    ['<html lang=""><article lang="es">x</article>', 'es'],
    ['<meta http-equiv="Content-Language" content="sv">x', 'sv'],
    ['<html lang="und"><meta property="og:locale" content="pt_BR">x', 'pt_BR'],
    ['<html lang="english"><body lang="{{ lang }}"><article lang="es">x', 'es'],
    ['<html lang="de"><main lang="none">x</main>', 'de'],
    [
      '<meta name="language" content="English"><meta property="og:locale" content="en_GB">',
      'en_GB',
    ],
    ['<html lang="und"><body>x', ''],
  ])('is the language of %s', (html, language) =>
    expect(convertHtml(html).language).toBe(language),
  );

  test.each([
    '<META NAME="DESCRIPTION" CONTENT="About"><p>x',
    '<meta content="About" name="Description"><p>x',
    '<meta property="og:description" content="About"><p>x',
  ])('is the description of %s', (html) => expect(convertHtml(html).description).toBe('About'));

  test('is its title, and not that of a picture', () => {
    expect(convertHtml('<svg><title>icon</title></svg><title>Page</title>x').title).toBe('Page');
    expect(convertHtml('<meta property="og:title" content="Page">x').title).toBe('Page');
  });

  test('has no breaks of the source in it', () => {
    const about = '<meta name="description" content="All\n  of&nbsp;\r\n it ">';
    const { title, description } = convertHtml(`<title>\n  Page\n  | Site</title>${about}x`);
    expect([title, description]).toEqual(['Page | Site', 'All of it']);
  });
});
