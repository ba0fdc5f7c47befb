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
