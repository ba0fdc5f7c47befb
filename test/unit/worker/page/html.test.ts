import { describe, expect, test } from 'vitest';

import { linkOut } from '../../../../worker/page/elements.ts';
import { html } from '../../../../worker/page/html.ts';
import type { Part } from '../../../../worker/page/html.ts';

const evil = `<script>"'&=</script>`;
const escaped = '&#60;script&#62;&#34;&#39;&#38;&#61;&#60;/script&#62;';

describe('a template', () => {
  test('escapes what is no template, wherever it stands', () => {
    expect(String(html`<p title="${evil}">${evil}</p>`)).toBe(
      `<p title="${escaped}">${escaped}</p>`,
    );
  });

  test('takes what another template made as it is, once', () => {
    expect(String(html`<b>${html`<i>${evil}</i>`}</b>`)).toBe(`<b><i>${escaped}</i></b>`);
  });

  test('decides for each entry of a list', () => {
    const parts: Part[] = [html`<b>one</b>`, evil, undefined, [evil, html`<i></i>`], false, 0];
    expect(String(html`${parts}`)).toBe(`<b>one</b>${escaped}${escaped}<i></i>0`);
  });

  test('escapes behind an exclamation mark too, where ghtml alone would not', () => {
    expect(String(html`Done!${evil}!!${html`<b></b>`}!`)).toBe(`Done!${escaped}!!<b></b>!`);
  });
});

describe('an address of others', () => {
  test.each(['https://a.example/?a="b', 'HTTP://a.example'])('%s is a link', (url) => {
    expect(String(linkOut(url))).toMatch(/^<a href="[^"]*" rel="noreferrer noopener">/);
  });

  test.each([
    'javascript:alert(1)',
    ' https://a.example',
    'data:text/html,a',
    'https://',
    'file:///a',
  ])('%s is a text', (url) => {
    expect(String(linkOut(url))).not.toContain('<a');
  });
});
