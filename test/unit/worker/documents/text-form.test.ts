import { describe, expect, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';
import { hasMarkup } from '../../../../worker/documents/record-html.ts';
import { isHtml } from '../../../../worker/documents/text-form.ts';

const readme = '<p align="center">Logo</p>\n\n# Head\n\n- a\n- b\n\n```sh\nx\ny\n```';

describe('the content of a record', () => {
  test.each([
    readme,
    '<https://x.example> is the site\n\n# Head',
    '<!-- badges -->\n# Head\n\n<b>x</b>',
    '<div align="center">\n<h1>Tool</h1>\n</div>\n\nSee [the guide](https://a.example/guide).',
    '<img src="logo.png">\r\n\r\n1. First\r\n2. Second',
    '<details>\n<summary>x</summary>\n\n~~~\ncode\n~~~\n</details>',
    '<script>\n1\n</script>\n\n## After a script',
    '<me@example.org> wrote this',
    'a < b',
    '# Head\n\n<p>x</p>',
  ])('is text or Markdown: %j', (text) => {
    expect(isHtml(text)).toBe(false);
  });

  test.each([
    '<!DOCTYPE html><p>x',
    '<?xml version="1.0"?><html><body><p>x</p></body></html>',
    '\uFEFF \n<html lang=en>\n# x',
    '<!-- saved --> <!-- from --><html><p>x',
    '<body>\n\n- x',
    '<div><p>x</p></div>',
    '<p>x</p>\n\n<pre>\n# install it\n\n- a\n</pre><p>y</p>',
    '<style>\n\n# x {}\n</style><p>x',
    '<p>The words\n- as I said -\n1. go on</p>',
    '<br/>x',
  ])('is HTML: %j', (text) => {
    expect(isHtml(text)).toBe(true);
  });

  test('keeps the lines of its code', () => {
    expect(parseDocument({ url: 'https://a.example', content: readme }).text).toContain('x\ny\n');
  });

  test('is told in time, whatever it is made of', () => {
    for (const part of ['<!-- -->', '<pre>', '<!--', '</pre>', '[', '[a](', '\n', '<p>\n\n- '])
      expect(isHtml(`<p>${part.repeat(50_000)}`)).toBeTypeOf('boolean');
  });
});

describe('a page of HTML under a name for text', () => {
  const url = 'https://a.example/setup';
  const body = '<script>let x;</script><main><h1>Setup</h1><p>Install &amp; run it.</p></main>';
  const page = `<!DOCTYPE html>\n<html lang="en"><head><title>Page</title></head>${body}</html>`;

  test.each([
    { page_content: page, metadata: { source: url, content_type: 'text/html' } },
    { pageContent: `\uFEFF\n<!-- saved -->\n${page}`, metadata: { source: url } },
    { lc: 1, kwargs: { page_content: page, metadata: { source: url } } },
    { id_: 'a', metadata: { url }, text_resource: { text: page } },
    { url, text: page },
    { url, textContent: page, html: null },
    { url, markdown: page, text: 'a part of it' },
    { url, markdown: { raw_markdown: page } },
    { url, text: [page] },
    { url, text: `<?xml version="1.0"?>\n<!-- x --><html lang="en"><title>Page</title>${body}` },
    { url, text: `<html lang="en"><title>Page</title>${body}` },
    { url, text: `<body lang="en"><title>Page</title>${body}</body>` },
    { metadata: { url, text: page } },
  ])('is read as HTML: sample %#', (record) => {
    expect(parseDocument(record)).toMatchObject({
      url,
      title: 'Page',
      language: 'en',
      text: '# Setup\n\nInstall & run it.',
    });
  });

  test.each([
    readme,
    '<html> is the root element of a page.',
    '<body> needs no end.\n\n<p> neither.',
    '<!DOCTYPE svg PUBLIC "a">\n<svg><title>x</title></svg>',
    '<?xml version="1.0"?>\n<note><title>x</title></note>',
    '```html\n<!DOCTYPE html>\n<p>x</p>\n```',
    'How to begin: <!DOCTYPE html><html><p>x</p></html>',
    '<header>x</header>',
    '# Setup\n\n<div>x</div>',
  ])('is not meant by %j', (text) => {
    expect(parseDocument({ url, text }).text).toBe(text);
    expect(parseDocument({ url, markdown: text }).text).toBe(text);
  });

  test('gives way to text or Markdown of the page', () => {
    expect(parseDocument({ url, markdown: '# Setup', text: page }).text).toBe('# Setup');
    expect(parseDocument({ url, markdown: '', html: '<p>Own', text: page }).text).toBe('Own');
  });
});

describe('the HTML of a record', () => {
  const url = 'https://a.example/setup';
  const code = 'const xs: Array<string> = [];\nif (a < b && c > d) {\n  return xs;\n}';

  test.each([
    `Setup\n\nInstall it first.\n\n${code}\n\nUse Vec<u8> here.`,
    'Map<A, Promise<object>>\nlet x: Set<data>;\nList<P> f(Stack<B> b)',
    'Use it:\n\n<Button onClick={go}>Go</Button>\n<Table rows={3} />',
    'a <b and c> d\n#include <map.h>',
    'Tom & Jerry\nAT&T',
    'Write &nbsp; for a blank.\n\nWrite &lt; for <.',
    'https://a.example/setup.html',
    'Mail <me@example.org> or see <https://a.example>.',
  ])('is text where it has no markup: %j', (html) => {
    expect(parseDocument({ url, html }).text).toBe(html);
    expect(parseDocument({ url, metadata: { rawHtml: html } }).text).toBe(html);
    expect(parseDocument({ url, html, text: 'Own' }).text).toBe('Own');
    expect(parseDocument({ url, html, content: '<p>Own</p>' }).text).toBe('Own');
  });

  test.each([
    '<div>One\ntwo</div>',
    'One\ntwo<br>',
    'One\n<P>two',
    'One\n<P ALIGN="left">two',
    'One\n<a href="x">two</a>',
    'One\n<x-part>two</x-part>',
    '<unknown>One\ntwo</unknown>',
    'One &amp; two',
    'One&#32;two',
    '<img src="x" alt="">One\ntwo',
    '<!doctype html>One\ntwo',
    'One\n<b>two</b>',
  ])('is read as that where it has some: %j', (html) => {
    const { text } = parseDocument({ url, html, text: 'not this' });
    expect(text).toMatch(/one/i);
    expect(text).not.toMatch(/[<>;]|\S\ntwo/);
  });

  test('is told in time, whatever it is made of', () => {
    for (const part of ['<a', '<a ', '<', ' ', '&', '<!--', 'a-', '</', '</a-', '&a', '<x a', '\n'])
      for (const html of [part.repeat(100_000), `<a${part.repeat(100_000)}`])
        expect(hasMarkup(html)).toBeTypeOf('boolean');
  });
});

describe('what is written for HTML beside it', () => {
  const url = 'https://a.example/setup';
  const body = '<p>Install it.</p>';

  test.each([
    ['What does &quot;x&quot; &amp; y mean?', 'What does "x" & y mean?'],
    ['It&#39;s Array&lt;T&gt;', "It's Array<T>"],
    ['It&#8217;s &#x201C;new&#X201D;', 'It’s “new”'],
    ['A &amp;quot; in &#34;XML&#34;', 'A &quot; in "XML"'],
    ['The &amp; and &lt; of HTML', 'The &amp; and &lt; of HTML'],
    ['AT&T; R&D &copy; &#0; &#9999999; &#39', 'AT&T; R&D © &#0; &#9999999; &#39'],
  ])('has its title read: %j', (title, expected) => {
    expect(parseDocument({ link: url, title, body }).title).toBe(expected);
    expect(parseDocument({ url, metadata: { title }, content_html: body }).title).toBe(expected);
    expect(parseDocument({ url, title, text: 'Install it.' }).title).toBe(title);
  });

  test.each([
    ['<p>How to <b>install</b> &amp; run it.</p>\n<p>Soon</p>', 'How to install & run it. Soon'],
    ['<img src="a.png" /> It&#8217;s <a href="x">new</a>.', 'It’s new.'],
    ['<div>a < b</div>', 'a < b'],
    ['Use <b> and &lt;', 'Use <b> and &lt;'],
    ['<T> is a type', '<T> is a type'],
    ['a &amp; b', 'a &amp; b'],
  ])('has the words of its description: %j', (description, expected) => {
    expect(parseDocument({ url, description, body }).description).toBe(expected);
    expect(parseDocument({ url, excerpt: description, text: 'x' }).description).toBe(expected);
  });
});
