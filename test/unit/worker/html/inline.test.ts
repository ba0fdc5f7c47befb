import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

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
