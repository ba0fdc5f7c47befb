import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(`<p>So ${html} it is.</p>`).markdown);
const math = '<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>';
const data = `data-mathml="${math.replaceAll('<', '&lt;')}"`;
const spoken = `<span class="MJX_Assistive_MathML">${math}</span>`;
const shown =
  '<span class="mjx-math" aria-hidden="true"><span class="mjx-mrow">E=mc2</span></span>';
const script = '<script type="math/tex">E=mc^2</script>';
const display = '<script type="math/tex; mode=display">E=mc^2</script>';
const empty = '<span class="MathJax_Preview" style="display: none;"></span>';

test.each([
  [`${empty}<span class="mjx-chtml MathJax_CHTML">${shown}${spoken}</span>${script}`, '$E=mc^2$'],
  [`<span class="mjx-chtml MJXc-display">${shown}${spoken}</span>${display}`, '$$E=mc^2$$'],
  [
    `<span class="MJXc-display"><span class="mjx-chtml">${shown}</span></span>${display}`,
    '$$E=mc^2$$',
  ],
  [`<span class="MathJax_PHTML"><span class="MJXp-math">E=mc2</span></span>${script}`, '$E=mc^2$'],
  [`<span class="MathJax_PHTML_Display">E=mc2</span>${display}`, '$$E=mc^2$$'],
  [`<span class="MathJax_NativeMML">${math}</span>${script}`, '$E=mc^2$'],
  [`<span class="MathJax_MathML">${math}</span>${script}`, '$E=mc^2$'],
  [`<span class="mjx-chtml">${shown}${spoken}</span>`, 'E=mc^2'],
  [`<span class="mjx-chtml MathJax_CHTML" ${data}>${shown}</span>`, 'E=mc^2'],
  [`<span class="MathJax_SVG" ${data}><svg><text>E=mc2</text></svg></span>`, 'E=mc^2'],
  [`<span class="MathJax_NativeMML">${math}</span>`, 'E=mc^2'],
  [`<span class="MathJax_Preview">E=mc2</span><span class="mjx-chtml">${spoken}</span>`, 'E=mc^2'],
  ['<span class="MathJax_Preview">E=mc2</span>', 'E=mc2'],
  [`<span class="mjx-chtml">${shown}</span>`, 'E=mc2'],
])('a formula that MathJax 2 shows stands once: %s', (html, seen) =>
  expect(markdown(html)).toBe(`So ${seen} it is.`),
);

test('a formula of Sphinx has its number behind it', () =>
  expect(
    markdown(
      '</p><div class="math"><span class="eqno">(1.2)<a class="headerlink" href="#e">¶</a></span>' +
        '\\[E = mc^2\\]</div><p>And',
    ),
  ).toBe('So\n\n$$E = mc^2$$ (1.2)\n\nAnd it is.'));
