import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => convertHtml(html).markdown.trim();

describe('an HTML page as Markdown', () => {
  test('is its text without menus, scripts, styles, asides and footers', () => {
    const page =
      '<nav>menu</nav><script>let a</script><style>p{}</style><p>Text.</p>' +
      '<aside>ads</aside><noscript>no</noscript><footer>imprint</footer>';
    expect(markdown(page)).toBe('Text.');
  });

  test('is its main part when it names one, and the whole page when it names none or several', () => {
    expect(
      markdown('<header>site</header><main><h1>Title</h1><p>Text</p></main><div>more</div>'),
    ).toBe('# Title\n\nText');
    expect(markdown('<p>before any heading</p><h2>Title</h2>')).toBe(
      'before any heading\n\n## Title',
    );
    expect(markdown('<main>one</main><main>two</main>')).toMatch(/one\s+two/);
    expect(markdown('<nav>only this</nav>')).toBe('only this');
    expect(markdown('<noscript>Enable it</noscript><div id=root></div>')).toBe('');
  });

  test('keeps headings, lists, links, tables and code', () => {
    const page =
      '<h2>Use <code>npm</code></h2><ul><li>one<li>two</ul>' +
      '<p>See <a href="https://x.example/">this</a>.</p>' +
      '<table><tr><th>a</th><th>b|c</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>' +
      '<pre><code class="language-sh">if [ 1 &lt; 2 ]; then\n  # no heading\n\n' +
      '  echo a\\_b\nfi</code></pre>';
    expect(markdown(page)).toBe(
      '## Use `npm`\n\n- one\n- two\n\nSee [this](https://x.example/).\n\n' +
        '| a | b\\|c |\n| --- | --- |\n| 1 | 2 3 |\n\n' +
        '```sh\nif [ 1 < 2 ]; then\n  # no heading\n\n  echo a\\_b\nfi\n```',
    );
  });

  test('keeps literally what Markdown would escape or cannot express', () => {
    expect(
      markdown(
        '<p>snake_case __init__ 2 * 3 H<sub>2</sub>O <kbd>Ctrl</kbd></p><dl><dt>term<dd>meaning</dl>',
      ).replaceAll(/\s+/g, ' '),
    ).toBe('snake_case __init__ 2 * 3 H2O `Ctrl` term meaning');
  });

  test('comes with the title, description and language that the page gives itself', () => {
    const page =
      '<html lang="en-GB"><head><title> Q &amp; A </title>' +
      '<meta name="description" content="of &quot;all&quot;"></head><body>text</body></html>';
    expect(convertHtml(page)).toEqual({
      title: 'Q & A',
      description: 'of "all"',
      language: 'en-GB',
      markdown: expect.stringMatching(/^\s*text\s*$/),
    });
  });
});

describe('the words of a page', () => {
  const word = fc.constantFrom(
    ' word ',
    '<pre> word <br> word </pre>',
    '<pre><code><span class="line"> word </span><span class="line"> word </span></code></pre>',
  );
  const open =
    'div,p,span,b,section,article,blockquote,details,summary,h2,h3><button,dl><dt,dl><dd,ul><li,' +
    'ol><li,table><tr><td,figure><figcaption,aside class="note",x-card,label,sup,q,center,' +
    'div role="tabpanel" hidden,a href="/x",fieldset><legend,button aria-expanded="false",' +
    'x-a><template shadowrootmode="open"';
  const around = fc.constantFrom(...open.split(','));
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      word,
      fc
        .tuple(around, fc.array(tie('tree'), { minLength: 1, maxLength: 4 }))
        .map(([tag, inner]) => {
          const names = tag.split('><').map((one) => one.split(' ', 1)[0]);
          return `<${tag}>${inner.join('')}</${names.toReversed().join('></')}>`;
        }),
    ),
  }));

  test('are in its Markdown, each once and in their order, however its elements are nested', () => {
    fc.assert(
      fc.property(tree, (page) => {
        let count = 0;
        const numbered = page.replaceAll(' word ', () => ` w${(count += 1)}x `);
        const expected = Array.from({ length: count }, (_, index) => `w${index + 1}x`);
        const found = markdown(`<body>${numbered}</body>`).match(/w\d+x/g) ?? [];
        expect([...found]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('hostile HTML', () => {
  test.each([
    '<div>',
    '<b><i>',
    '<ul><li>',
    '<blockquote>',
    '<table><tr><td>',
    '<span class=x>',
    '<a href=x>',
  ])('nested 100,000 levels deep with %s keeps its text', (tags) => {
    expect(markdown(`${tags.repeat(100_000)}deep text`).includes('deep text')).toBe(true);
  });

  test('of 10 MB keeps its last word', () => {
    expect(
      markdown(
        `${`<h2>Part</h2><p>${'lorem <b>ipsum</b> '.repeat(40)}</p>\n`.repeat(12_500)}<p>last word`,
      ),
    ).toMatch(/last word$/);
  });

  test.each(['<', '<table', '<pre>```a\n', '&', '<!--', '<x', '</b>', '`', '\\_', '<p', '"', ' '])(
    'made of a million %j is converted without hanging',
    (part) => {
      expect(markdown(`<p>a</p>${part.repeat(1_000_000)}`)).toContain('a');
    },
  );

  test.each([
    ['<div hidden>x</div>', '<p>', ''],
    ['<i class="lang">x</i>', '<p>', ''],
    ['<x-y>x</x-y>', '<p>', ''],
    ['<span class="MathJax">x</span>', '<p>', ''],
    ['<td>1<br></td>', '<table><tr>', '</table>x'],
    ['<slot></slot><b>x</b>', '<x-a><template shadowrootmode="open"><slot></slot>', '</template>x'],
    ['x '.repeat(20), `${'<div class="share">'.repeat(190)}<b>x</b>`, ''],
    ['<a href="x">x</a>', '<div class="toc">'.repeat(190), 'x'],
  ])('with 20,000 times %s in one element is converted without hanging', (part, before, after) => {
    expect(markdown(`${before}${part.repeat(20_000)}${after}`)).toContain('x');
  });

  test.each([
    ['elements', '<br>', 600_001],
    ['elements', '</br>', 600_001],
    ['elements', '<li><p>x', 300_001],
    ['attributes', '<br class=a id=b lang=c>', 200_001],
  ])('of too many %s, here %s, is refused', (what, part, count) => {
    expect(() => markdown(part.repeat(count))).toThrow(`html: has more than 600,000 ${what}`);
  });

  const tenMB = (part: string): string => part.repeat(9_900_000 / part.length);

  // V8 gives up a pattern that keeps more than 64 MiB of places to go back to.
  test('of 10 MB is converted, most of which is the target of a link', () => {
    const target = tenMB('a b');
    expect(markdown(`x <a href="${target}">y</a>`)).toBe(`x [y](<${target}>)`);
  });

  test.each([
    ['a block of code begins with empty lines', `<pre>${tenMB(' \n')}  x</pre>`, '```\n  x\n```'],
    [
      'a cell has a break and blanks',
      `<table><tr><th>a<td>b<tr><td>x<br>${tenMB('\n')}y<td>z</table>`,
      '| a | b |\n| --- | --- |\n| x y | z |',
    ],
  ])('of 10 MB is converted where %s', (_what, html, expected) => {
    expect(markdown(html)).toBe(expected);
  });

  test('of any kind is converted', () => {
    const bit = fc.oneof(
      fc.constantFrom(
        '<p>',
        '</p>',
        '<td colspan=3>',
        '<table>',
        '</table>',
        '<pre>',
        '<code>',
        '<li>',
        '<main>',
        '</main>',
        '<!--',
        '-->',
        '<script>',
        '<a href="',
        '>',
        '&#xD800;',
        '&#0;',
        '\uD800',
        '\0',
        '<svg>',
        '</head>',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 40 }), (bits) => {
        expect(typeof markdown(bits.join(''))).toBe('string');
      }),
    );
  });
});
