import { describe, expect, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';
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
