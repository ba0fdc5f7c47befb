import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';
import { measureGrowth } from '../../../harness/growth.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const link = '<a href="b">List</a>';

test.each([
  [`<p>java.util.${link}</p>`, 'java.util.[List](b)'],
  [`<p>std::${link}&lt;${link}&gt;</p>`, 'std::[List](b)<[List](b)>'],
  [`<p>“${link}” and an un${link}ed /${link}</p>`, '“[List](b)” and an un[List](b)ed /[List](b)'],
  [`<p>作者に${link}するか</p>`, '作者に[List](b)するか'],
  [`<p><span>java.util.</span>${link}</p>`, 'java.util.[List](b)'],
  [`<p><span>@</span>${link}</p>`, '@[List](b)'],
  [`<h2>a::${link}</h2>`, '## a::[List](b)'],
  [`<ul><li>a/${link}</li></ul>`, '- a/[List](b)'],
  [`<table><tr><th>T</th></tr><tr><td>x</td><td>a/${link}</td></tr></table>`, 'a/[List](b)'],
])('no blank stands before a link that has none: %s', (html, seen) =>
  expect(markdown(html)).toContain(seen),
);

test.each([
  [`<p>A ${link}</p>`, 'A [List](b)'],
  [`<p><span>Name</span>${link}</p>`, 'Name [List](b)'],
  [`<p><span>Tags:</span>${link}${link}</p>`, 'Tags: [List](b) [List](b)'],
  [`<p>Wow!${link}</p>`, 'Wow! [List](b)'],
])('a blank parts a link from other words: %s', (html, seen) => expect(markdown(html)).toBe(seen));

test('many links are read in time that grows with their number', async () => {
  const one = `<i>a.</i>${link} b.${link} `;
  const growth = await measureGrowth(6_000, (count) => markdown(`<p>${one.repeat(count)}`));
  expect(growth).toBeLessThan(5);
});
