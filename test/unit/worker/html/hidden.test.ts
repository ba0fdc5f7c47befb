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

test('many hidden words in an element of a long class are read without hanging', () => {
  const words = '<i hidden>x</i>'.repeat(20_000);
  expect(markdown(`<p class="${'a-'.repeat(500_000)}">text${words}</p>`)).toBe('text');
});
