import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const table = (...rows: readonly string[]): string =>
  `<table>${rows.map((cells) => `<tr>${cells}</tr>`).join('')}</table>`;
const share = '<td class="noprint"><a href="/share">Share</a></td>';

test.each([
  ['<ul><li><span class="line-number">3</span> Main Street</li></ul>', '- 3 Main Street'],
  ['<div><span class="line-number">42</span><span> to Harbour</span></div>', '42 to Harbour'],
  ['<div class="row no-gutters">42</div><pre>x</pre>', '42\n\n```\nx\n```'],
  ['<div class="row no-gutters"><div class="col">1 2</div></div>', '1 2'],
  ['<p>Lines</p><div class="line-numbers">1 2 3</div>', 'Lines\n\n1 2 3'],
  [
    '<ul><li><span class="lineno">1</span> Bolt</li><li><code>x</code></li></ul>',
    '- 1 Bolt\n- `x`',
  ],
])('a number without code near it is part of the text: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test.each([
  [
    'of the class of line numbers',
    table('<th>No</th><th>Part</th>', '<td class="lineno">1</td><td>Bolt</td>'),
    '| No | Part |\n| --- | --- |\n| 1 | Bolt |',
  ],
  [
    'left out, as an empty cell',
    table(`<td>a</td>${share}<td>b</td>`, '<td>c</td><td>d</td><td>e</td>'),
    '| a |  | b |\n| --- | --- | --- |\n| c | d | e |',
  ],
  [
    'of a column that is left out',
    table(`<td>a</td>${share}<td>b</td>`, `<td>c</td>${share}<td>d</td>`),
    '| a | b |\n| --- | --- |\n| c | d |',
  ],
  [
    'that is not displayed',
    table('<td>a</td><td style="display:none">x</td><td>b</td>', '<td>c</td><td>d</td>'),
    '| a | b |\n| --- | --- |\n| c | d |',
  ],
])('a row keeps the columns of its cells behind one %s', (_kind, html, seen) =>
  expect(markdown(html)).toBe(seen),
);

test('20,000 numbers in one another and in one element are read without hanging', () => {
  const numbers = '<span class="ln">1</span> '.repeat(20_000);
  expect(markdown(`<p>x</p>${'<i class="ln">'.repeat(150)}${numbers}`)).toMatch(/^x/);
});
