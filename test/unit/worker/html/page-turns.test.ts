import { describe, expect, test } from 'vitest';

import { clean } from '../../../../worker/documents/clean.ts';
import { convertHtml } from '../../../../worker/documents/html.ts';

const markdown = (html: string): string => clean(convertHtml(html).markdown);
const text = '<h2>Presets</h2><p>They are read-only.</p>';
const seen = '## Presets\n\nThey are read-only.';

describe('links to the pages around a page are left out', () => {
  test.each([
    [
      'DocBook',
      '<div class="navheader"><table><tr><th colspan="3">20.15. Presets</th></tr><tr>' +
        '<td><a accesskey="p" href="a.html">Prev</a> </td><th>Chapter 20. Settings</th>' +
        '<td> <a accesskey="n" href="b.html">Next</a></td></tr></table></div>',
    ],
    [
      'DocBook for SGML',
      '<DIV CLASS="NAVFOOTER"><TABLE><TR><TD><A HREF="a.html">Zurück</A></TD><TD>Fehler</TD>' +
        '<TD><A HREF="b.html">Weiter</A></TD></TR></TABLE></DIV>',
    ],
    [
      'Texinfo',
      '<div class="header"><p>\nNext: <a href="b.html" accesskey="n" rel="next">Limits</a>, ' +
        'Previous: <a href="a.html" rel="prev">Faults</a>, Up: <a href="c.html" rel="up">Top</a> ' +
        '&nbsp; [<a href="d.html" rel="contents">Contents</a>]</p></div>',
    ],
    [
      'Texinfo below a page',
      '<div class="header"><p>Next: <a href="b.html">Limits</a>, Up: <a href="c.html">Top</a> ' +
        '[<a href="d.html" rel="contents">Contents</a>][<a href="i.html">Index</a>]</p></div>',
    ],
    [
      'Texinfo in German',
      '<div class="header"><p>Nächste: <a href="b.html" rel="next">Grenzen</a>, Vorige: ' +
        '<a href="a.html" rel="prev">Fehlermeldungen</a></p></div>',
    ],
    [
      'GTK-Doc',
      '<table class="navigation" id="top"><tr><td><a href="#" class="shortcut">Top</a> | ' +
        '<a href="#d" class="shortcut">Description</a></td>' +
        '<td><a accesskey="h" href="i.html"><img src="home.png" alt="Home"></a></td></tr></table>',
    ],
    [
      'LaTeX2HTML',
      '<DIV CLASS="navigation"><A HREF="b.html"><IMG ALT="next" SRC="next.png"></A><BR>' +
        '<B> Next:</B> <A HREF="b.html">Limits</A> <B> Up:</B> <A HREF="c.html">Top</A></DIV>',
    ],
    [
      'Boost',
      '<div class="spirit-nav"><a accesskey="p" href="a.html"><img src="p.png" alt="Prev"></a>' +
        '<a accesskey="n" href="b.html"><img src="n.png" alt="Next"></a></div>',
    ],
  ])('%s', (_generator, html) => expect(markdown(`<body>${html}${text}${html}`)).toBe(seen));

  test.each([
    ['<p><a href="#top">↑ Back to top</a></p>'],
    ['<div><a href="#">Return to the top</a></div>'],
    ['<main><p>x</p><button class="md-top" hidden>Back to top</button></main>'],
  ])('%s is left out', (html) => expect(markdown(`<p>x</p>${html}`)).toBe('x'));
});

describe('words stay that', () => {
  test.each([
    [
      'follow in a sentence',
      '<p class="a">See the <a href="b.html" rel="next">next page</a> for the limits of each.</p>',
      'See the [next page](b.html) for the limits of each.',
    ],
    [
      'stand beside such links',
      '<div class="a"><a href="p.html">A post</a><p><a href="b.html" rel="next">Older</a></p></div>',
      '[A post](p.html)\n\n[Older](b.html)',
    ],
    [
      'begin with such a word',
      '<p class="a">Up: the lamp is on, see <a href="b.html" rel="up">power</a>.</p>',
      'Up: the lamp is on, see [power](b.html).',
    ],
    [
      'are about navigation',
      '<div class="navigation"><p>Press <a href="b.html">the arrow</a> to go on.</p></div>',
      'Press [the arrow](b.html) to go on.',
    ],
    [
      'name the top',
      '<p>Press <a href="#top">back to top</a> in the menu.</p>',
      'Press back to top in the menu.',
    ],
  ])('%s', (_why, html, words) => expect(markdown(`<p>x</p>${html}`)).toBe(`x\n\n${words}`));
});

test('a page that has nothing but such links is not empty', () =>
  expect(markdown('<div class="navheader"><a href="b.html">Next</a></div>')).toBe(
    '[Next](b.html)',
  ));

describe('what generators write around the text is left out', () => {
  test.each([
    [
      'TypeDoc',
      '<div class="page-menu"><div class="tsd-navigation settings"><details><summary>' +
        '<h3>Settings</h3></summary><label><input type="checkbox">Protected</label></details>' +
        '</div><details class="tsd-accordion tsd-page-navigation"><summary><h3>On This Page</h3>' +
        '</summary><h3>Methods</h3><a href="#get">get</a></details></div>',
    ],
    [
      'HonKit',
      '<div class="search-results"><div class="has-results"><h1><span></span> results matching ' +
        '"<span></span>"</h1><ul></ul></div><div class="no-results"><h1>No results matching "' +
        '<span></span>"</h1></div></div>',
    ],
    [
      'sphinx-design',
      '<a class="sd-stretched-link sd-hide-link-text" href="https://a.example">' +
        '<span>https://a.example</span></a>',
    ],
    ['Swagger UI', '<div class="try-out"><button class="btn">Try it out </button></div>'],
  ])('%s', (_generator, html) => expect(markdown(`<body>${text}${html}`)).toBe(seen));
});

test('a note of LaTeXML has its number once', () => {
  const mark = '<sup class="ltx_note_mark">1</sup>';
  const note = `${mark}<span class="ltx_tag ltx_tag_note">1</span>Of the mill.`;
  expect(
    markdown(
      `<p>It is set<span class="ltx_note ltx_role_footnote">${mark}<span class="ltx_note_outer">` +
        `<span class="ltx_note_content">${note}</span></span></span></p>`,
    ),
  ).toBe('It is set 1 Of the mill.');
});

describe('what a site says of itself on every page', () => {
  const named = '© 2024 Acme. <a href="/p">Privacy</a>';

  test.each([
    [`${text}<div class="footer">${named}</div>`],
    [`${text}<div id="footer"><p>${named}</p></div>`],
    [`${text}<p class="site-footer">${named}</p>`],
    [`<h1 class="menu-title">The Book</h1><main>${text}</main>`],
    [`<header><div class="site-title"><h1>Acme</h1></div></header><main>${text}</main>`],
  ])('is left out: %s', (html) => expect(markdown(`<body>${html}`)).toBe(seen));

  test.each([
    ['<div id="footer"><h3>Footer</h3><p>It is below.</p></div>', '### Footer\n\nIt is below.'],
    ['<main><div class="footer">Set in the mill.</div></main>', 'Set in the mill.'],
    [
      '<blockquote>It is.<div class="footer">A. Writer</div></blockquote>',
      '> It is.\n>\n> A. Writer',
    ],
    ['<h1>Book</h1><main><p>It is.</p></main>', '# Book\n\nIt is.'],
    [`<div class="footer">${'It is below. '.repeat(20)}</div>`, 'It is below. '.repeat(20).trim()],
  ])('has no such name: %s', (html, words) => expect(markdown(html)).toBe(words));
});

test('what a page without frames shows is read as HTML', () =>
  expect(
    markdown(
      '<frameset cols="20%,80%"><frame src="a.html"><noframes><body><h1>Docs</h1>' +
        '<p>See <a href="b.html">the text</a>.</p></body></noframes></frameset>',
    ),
  ).toBe('# Docs\n\nSee [the text](b.html).'));
