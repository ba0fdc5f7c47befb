import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const spans = (first: string, second: string): string =>
  `<span${first}</span><span${second}</span>`;

test.each([
  [
    spans(' class="selected-value color-pink">api', ' class="selected-value color-blue">ops'),
    'api ops',
  ],
  [`<h1>${spans(' class="headline">Build', ' class="headline">better')}</h1>`, '# Build better'],
  [
    `<u class="mlabels">${spans(' class="mlabel">static', ' class="mlabel">inline')}</u>`,
    'static inline',
  ],
  [`<b class="t-lines">${spans('>begin', '>cbegin')}</b>`, '**begin cbegin**'],
  [`<a href="x">${spans('>Title', '>Words of it')}</a>`, '[Title Words of it](x)'],
  [`<a href="x">${spans(' class="num">1', '>Install')}</a>`, '[1 Install](x)'],
  [`<div>${spans(' class="step-number">1', '>Install')}</div>`, '1 Install'],
  ['b<span class="signature-attributes">opt</span>', 'b opt'],
  ['The API<span class="tooltiptext">Interface</span> is', 'The API Interface is'],
  ['a<span class="ltx_note"><span class="ltx_note_content">b</span></span> c', 'a b c'],
])('boxes side by side are words of their own: %s', (html, seen) =>
  expect(markdown(`<div>${html}</div>`)).toBe(seen),
);

test.each([
  [spans(' class="T1">Hel', ' class="T1">lo'), 'Hello'],
  [spans(' class="NormalTextRun SCX1">Hel', ' class="NormalTextRun SCX1">lo'), 'Hello'],
  [spans(' class="text-blue">Pul', ' class="text-blue">se'), 'Pulse'],
  [spans(' class="headline">O', ' class="headline">nce'), 'Once'],
  [spans(' class="drop-cap">On', ' class="drop-cap">ce'), 'Once'],
  [spans(' class="syllable">syl', ' class="syllable">la'), 'sylla'],
  [`in ${spans(' class="known">data', ' class="known">base')}`, 'in database'],
  [`<code>${spans(' class="known">data', ' class="known">base')}</code>`, '`database`'],
  [`<a href="x">${spans('>Java', '>script')}</a>`, '[Javascript](x)'],
  [`<a href="x">${spans(' class="match">Data', '>Base')}</a>`, '[DataBase](x)'],
  [
    '<a href="https://a.example/Bar"><span class="invisible">https://</span>' +
      `${spans(' class="ellipsis">a.example/', ' class="invisible">Bar')}</a>`,
    'https://a.example/Bar',
  ],
])('parts of a word stay one: %s', (html, seen) => expect(markdown(`<p>${html}</p>`)).toBe(seen));

test.each([
  ['<li><code class="tsd-tag">Optional</code>options: string</li>', '- `Optional` options: string'],
  ['<h3><code class="tsd-tag">Readonly</code><span>size</span></h3>', '### `Readonly` size'],
  ['<p><code class="tag">div</code>s</p>', '`div`s'],
  ['<h1>Gsk<span class="sep"></span>Rect<span class="sep"></span>init</h1>', '# Gsk Rect init'],
  ['<p>Gsk<span class="x"></span>Rect</p>', 'GskRect'],
])('a tag beside a name and an empty separator part words: %s', (html, seen) =>
  expect(markdown(html)).toBe(seen),
);
