import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const place = (id: string, meanwhile: string): string =>
  `<!--$?--><template id="${id}"></template>${meanwhile}<!--/$-->`;
const part = (id: string, html: string): string => `<div hidden id="${id}">${html}</div>`;

test.each([
  [
    'in place of what is shown until then',
    `<h1>A</h1>${place('B:0', '<p>Loading…</p>')}<p>c</p>${part('S:0', '<h2>B</h2><p>b</p>')}`,
    '# A\n\n## B\n\nb\n\nc',
  ],
  [
    'in the main part, with another one in it that was sent before',
    `<main>${place('B:0', 'Loading…')}<p>z</p></main>${part('S:1', '<i>one</i>')}` +
      part('S:0', `<h1>A</h1><p>Is ${place('B:1', 'wait')} <template id="P:2"></template></p>`) +
      part('S:2', '<b>two</b>'),
    '# A\n\nIs *one* **two**\n\nz',
  ],
  [
    'with the main part in it, under an id with a prefix',
    `<nav>n</nav>${place(':r:B:a', 'wait')}${part(':r:S:a', '<main><p>a</p></main>')}`,
    'a',
  ],
  [
    'as rows',
    `<table><tbody>${place('B:0', '<tr><td>w</td><td>w</td></tr>')}</tbody></table>` +
      '<table hidden><tbody id="S:0"><tr><td>a</td><td>b</td></tr></tbody></table>',
    '| a | b |\n| --- | --- |',
  ],
  [
    'in place of a place with marks of its own in it',
    `${place('B:0', 'w<!--$--><b>w</b><!--/$-->w')}<p>b</p>${part('S:0', '<p>a</p>')}`,
    'a\n\nb',
  ],
  ['once', `${place('B:0', 'w')}${place('B:0', 'w')}${part('S:0', 'a')}`, 'a'],
  [
    'nowhere, where no place is named',
    `<p>x</p>${place('B:0', 'Loading…')}${part('S:1', 'a')}`,
    'x\n\nLoading…',
  ],
  ['nowhere, where it would hold itself', `<p>x</p>${part('S:0', `a${place('B:0', 'w')}`)}`, 'x'],
])('a part that React sent later stands %s', (_where, html, seen) =>
  expect(markdown(`<body>${html}</body>`)).toBe(seen),
);

test.each([
  [20_000, (index: number) => place(`B:${index}`, 'w') + part(`S:${index}`, `a${index} `)],
  [20_000, () => `<template id="B:0"></template>`],
  [
    500,
    (index: number) => part(`S:${index}`, `${'<b>'.repeat(100)}${place(`B:${index + 1}`, '')}`),
  ],
])('%i parts, also in one another, are put in their places without hanging', (count, partOf) => {
  const parts = Array.from({ length: count }, (_, index) => partOf(index)).join('');
  expect(markdown(`<p>x</p>${place('B:0', 'w')}${parts}`)).toMatch(/^x/);
});

test.each([
  [
    '<div class="preloader">Loading...</div><div id="wrapper" style="display:none"><h1>A</h1>' +
      '<p>Content of the page.</p></div>',
    'Loading...\n\n# A\n\nContent of the page.',
  ],
  [`<p>a page</p><div hidden><h1>A</h1></div>`, 'a page'],
  [`<p>a</p><div class="modal" hidden><h1>Terms</h1><p>Content.</p></div>`, 'a'],
  [`<p>a</p><div role="alert" hidden><h1>Saved</h1><p>Content.</p></div>`, 'a'],
  [`<p>a</p><div hidden><h2>Menu</h2><p>Content.</p></div>`, 'a'],
])('a hidden part is the page with its title and most of its words: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);
