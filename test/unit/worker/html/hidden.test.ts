import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const hidden = 'style="display:none"';

test.each([
  `<td><span ${hidden}>(<span class="bday">hidden</span>)</span>8 June 1955</td>`,
  `<td><div class="nickname">Tim</div><span ${hidden}>hidden</span>8 June<div>London</div></td>`,
  `<td><span class="sortkey" ${hidden}>hidden</span><a href="/d">Douglas</a></td>`,
  '<td><span style="visibility:hidden">hidden</span>5</td>',
  '<p>In 1955<sup><a href="#cite">[1]</a></sup><span hidden>hidden</span> it was.</p>',
  '<p>In 1955 <a href="#cite">[1]</a> <span hidden>hidden</span> it was.</p>',
  `<p>One <b hidden>hidden</b> and two<i ${hidden}>hidden</i></p>`,
  `<p>51° N<span class="geo-multi-punct" ${hidden}>hidden</span></p>`,
  '<p>In <a name="y"></a><span hidden>hidden</span> 5 years <a href="#x">it</a></p>',
  '<p>Press <a href="#x" onclick="t()">Show<span hidden>hidden</span></a></p>',
  '<p>Press <button>Show <span hidden>hidden</span></button></p>',
])('words in a sentence that nothing shows are not read: %s', (html) => {
  const seen = markdown(`<main><table><tr>${html}</tr></table></main>`);
  expect(seen).not.toContain('hidden');
  expect(seen).toMatch(/8 June|Douglas|5|two|Show/);
});

test.each([
  `<p>Who? <a href="#" onclick="x()">Show</a> <span ${hidden}>hidden</span></p>`,
  '<p>Who? <a href="#hint">Hint</a> <span hidden>hidden</span></p>',
  '<p>Who? <button>Show</button> <span hidden>hidden</span></p>',
  '<p>Who? <span hidden>hidden</span> <a href="#x" role="button">Show</a></p>',
  `<p>It was <span class="spoiler" ${hidden}>hidden</span></p>`,
  `<p>It was <span class="spoiler"><span ${hidden}>hidden</span></span></p>`,
  `<p>Start<span id="dots">...</span><span id="more" ${hidden}>hidden</span></p>`,
  `<p>Start<span><span ${hidden}>hidden</span>&nbsp;<a href="" class="morelink">more</a></span></p>`,
  `<p>Start <span x-show="open" ${hidden}>hidden</span></p>`,
  `<div onclick="t()"><b>Who?</b> <span ${hidden}>hidden</span></div>`,
  `<p>Start <span ${hidden}>hidden ${'words '.repeat(40)}</span></p>`,
  `<div>Start <span ${hidden}><p>hidden</p></span></div>`,
  `<div><p>Who?</p><span ${hidden}>hidden</span></div>`,
  '<h3>Who?</h3><span hidden>hidden</span>',
  `<p>Let <span ${hidden}><math><mtext>hidden</mtext></math></span> be.</p>`,
])('words that a click shows are read: %s', (html) =>
  expect(markdown(`<main>${html}</main>`)).toContain('hidden'),
);

test.each([
  `<p><a href="javascript:toggle('d1')">Who?</a></p><div id="d1" ${hidden}>hidden</div>`,
  `<p>1. <b><a href="javascript:void(0)">Who?</a></b></p><div ${hidden}>hidden</div>`,
  `<a href=" JavaScript:;">Who?</a><ul id="u" ${hidden}><li>hidden</li></ul>`,
  `<dl><dt><a href="javascript:openAnswer(1)">Who?</a></dt></dl><p ${hidden}>hidden</p>`,
])('what a script in a link shows is read on any page: %s', (html) =>
  expect(markdown(`<p>text</p>${html}`)).toMatch(/Who\?[\s*-]+hidden$/),
);

test.each(['javascript:window.print()', 'javascript:history.back()', 'javascript: self.close()'])(
  'the link %s shows nothing',
  (href) =>
    expect(markdown(`<p><a href="${href}">text</a></p><div ${hidden}>hidden</div>`)).toBe('text'),
);

test('what a page says to those who may not read it is no text while it is hidden', () =>
  expect(
    markdown(
      '<main><div id="unauthorized-private-section" hidden><h2>Access to this page requires ' +
        'authorization.</h2></div><p>text</p></main>',
    ),
  ).toBe('text'));

test('many hidden words in an element of a long class are read without hanging', () => {
  const words = '<i hidden>x</i>'.repeat(20_000);
  expect(markdown(`<p class="${'a-'.repeat(500_000)}">text${words}</p>`)).toBe('text');
});

test('each row that a row before it shows is read, as in the lists of Doxygen', () => {
  const row = (name: string): string => `<tr ${hidden}><td>${name}</td><td>about it</td></tr>`;
  const shown = '<tr><td><span onclick="toggleFolder(1)">►</span>sf</td><td>all</td></tr>';
  expect(markdown(`<table>${shown}${row('Box')}${row('Cell')}${row('Row')}</table>`)).toBe(
    '| ►sf | all |\n| --- | --- |\n| Box | about it |\n| Cell | about it |\n| Row | about it |',
  );
  const plain = '<tr><td>sf</td><td>all</td></tr>';
  expect(markdown(`<table>${plain}${row('Box')}${row('Cell')}</table>`)).toBe(
    '| sf | all |\n| --- | --- |',
  );
});
