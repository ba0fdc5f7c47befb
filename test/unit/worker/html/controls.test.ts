import { expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const around = [(html: string) => html, (html: string) => `<main>${html}</main>`];
const opens = 'aria-expanded="false" aria-controls="a"';

test.each([
  [`<button id="faq-share-files" ${opens}>How do I share files?</button>`],
  [`<button id="research-methods" ${opens}>Methods used</button>`],
  ['<button class="data-[state=closed]:rotate-0" aria-expanded="false">Closed state</button>'],
  [`<button class="theme-faq-item" ${opens}>Keys</button>`],
  [`<button class="text-theme-primary" ${opens}>Research</button>`],
  [`<button aria-label="How do I share it?" ${opens}>How do I share it?</button>`],
  [`<button ${opens}>Copy a dashboard</button>`],
  [`<button ${opens}>Toggle a flag</button>`],
  [`<div role="button" class="theme-x" ${opens}>What is theming?</div>`],
  ['<button role="tab" aria-controls="a">Download</button>'],
  ['<button id="research">Methods used</button>'],
  ['<button class="enclosed">Sealed parts</button>'],
  [`<h3><button ${opens}>Copy a dashboard</button></h3>`],
  [`<h3><button ${opens}>Link to an external page</button></h3>`],
  [`<h3><span><button ${opens}>Jump to a definition</button></span> +</h3>`],
  [`<h3><button ${opens}>Link to a page</button><a class="headerlink" href="#x">¶</a></h3>`],
  ['<h3><button>Copy a dashboard</button></h3>'],
])('a button that opens a text is its title: %s', (html) => {
  const words = html.replaceAll(/<[^>]*>|¶/g, '').trim();
  for (const page of around)
    expect(markdown(page(`<p>text</p>${html}`)).replace('### ', '')).toBe(`text\n\n${words}`);
});

test.each([
  '<button class="copy-btn">Copy</button>',
  '<button class="copyButton_wuS7">Kopieren</button>',
  '<button aria-label="Copy code to clipboard">Kopieren</button>',
  `<button ${opens}>Copy code</button>`,
  `<button ${opens}>Toggle navigation</button>`,
  `<button class="navbar-toggle" ${opens}>Sections</button>`,
  `<button class="hamburger" ${opens}>Sections</button>`,
  `<button ${opens}>Show more</button>`,
  `<button ${opens}>On this page</button>`,
  `<button class="theme-toggle" ${opens}>Auto</button>`,
  `<button aria-label="Switch theme" ${opens}>Auto</button>`,
  `<button aria-label="Toggle dark mode" ${opens}>Dark</button>`,
  `<button class="search-toggle" ${opens}>Find</button>`,
  '<button class="theme-toggle-button">Dark</button>',
  '<button class="DocSearch DocSearch-Button">Find</button>',
  '<button class="js-vote-up-btn">Good</button>',
  '<button aria-haspopup="true">Versions</button>',
])('a button that works on the page is no text: %s', (html) => {
  for (const page of around) expect(markdown(page(`<p>text</p>${html}`))).toBe('text');
});

test.each([
  ['<button class="copy"><code>npm install pulse</code></button>', '`npm install pulse`'],
  [
    '<button aria-label="Copy install command"><svg></svg><code>curl -s x | bash</code></button>',
    '`curl -s x | bash`',
  ],
  ['<button title="Click to copy">pip install x</button>', 'pip install x'],
  ['<button class="copy-button">$ brew install x</button>', '$ brew install x'],
  ['<div role="button" title="Copy"><code>yarn add y</code></div>', '`yarn add y`'],
  ['<button class="copy"><code>Copy</code></button>', ''],
  ['<button class="copy">Kopieren</button>', ''],
  ['<button class="copy">Go back</button>', ''],
  ['<button class="DocSearch-Button copy">Find <code>K</code></button>', ''],
])('a button that copies is read where it is the command: %s', (html, seen) => {
  for (const page of around)
    expect(markdown(page(`<p>text</p>${html}`))).toBe(`text\n\n${seen}`.trim());
});

test('a control in a heading is none of its words', () =>
  expect(
    markdown('<h2>A<button>Copy link to this</button></h2><h2>B<button>Copy</button></h2>'),
  ).toBe('## A\n\n## B'));

test('what a control says when it has copied is no text', () =>
  expect(
    markdown(
      '<h3>A<span class="popup-to-left"><i class="copy-popup-wrapper "><b>Link copied to ' +
        'clipboard</b></i></span></h3><p>b</p>',
    ),
  ).toBe('### A\n\nb'));

test('a class of a million characters is read without hanging', () =>
  expect(
    markdown(`<main><button class="${'nav-copy'.repeat(125_000)}" ${opens}>text</button></main>`),
  ).toBe('text'));

test.each([
  ['<button type="submit" title="Anfang">Bearbeiten</button>', ''],
  ['<button type="SUBMIT">保存する</button>', ''],
  ['<button type="submit">How do I share files?</button>', 'How do I share files?'],
  [`<button type="submit" ${opens}>Schlüssel</button>`, 'Schlüssel'],
  ['<button>Schlüssel</button>', 'Schlüssel'],
  ['<p>Press <button type="submit">Senden</button></p>', 'Press Senden'],
])('a button that sends a form off is no text, in any language: %s', (html, seen) =>
  expect(markdown(`<main><p>text</p><form><div>${html}</div></form></main>`)).toBe(
    `text\n\n${seen}`.trim(),
  ),
);

test.each([
  [
    '<div><button aria-label="Copy it"><svg></svg></button><i aria-hidden="true">Copy</i></div>',
    '',
  ],
  ['<div><button>Keys</button><span aria-hidden="true">Part one</span></div>', 'Keys Part one'],
  ['<div><button></button><span>Part one</span></div>', 'Part one'],
])('the name of a button without words is no text where none speaks it: %s', (html, seen) =>
  expect(markdown(`<main><p>text</p>${html}</main>`)).toBe(`text\n\n${seen}`.trim()),
);

test.each([
  [
    'the theme of Jupyter Book',
    '<div class="article-header-buttons"><div class="dropdown"><ul class="dropdown-menu"><li><a ' +
      'href="_sources/a.md" class="btn">.md</a></li><li><button>.pdf</button></li></ul></div>' +
      '<ul class="dropdown-menu"><li><button data-mode="light">Light</button></li></ul></div>',
  ],
  [
    'Google',
    '<devsite-feature-tooltip ack-key="a"><div>Stay organized with collections</div><div>Save and ' +
      'categorize content based on your preferences.</div></devsite-feature-tooltip>',
  ],
  ['pkg.go.dev', '<div><button>Share</button> <button>Format</button> <button>Run</button></div>'],
])('what works on a page is no text: %s', (_site, html) =>
  expect(markdown(`<main>${html}<p>text</p></main>`)).toBe('text'),
);

test.each([
  ['x:sr-only x:select-none', 'text'],
  ['nx-sr-only', 'text'],
  ['_sr-only', 'text'],
  ['tw-sr-only', 'text'],
  ['md:sr-only', 'text (opens in a new tab)'],
  ['not-sr-only', 'text (opens in a new tab)'],
])('what is spoken alone is no text, also with a prefix of Tailwind: %s', (name, seen) =>
  expect(markdown(`<p>text<span class="${name}"> (opens in a new tab)</span></p>`)).toBe(seen),
);
