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
