import { describe, expect, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';
import type { Document } from '../../../../worker/documents/document.ts';

const url = 'https://docs.example.org/setup';
const body = '# Setup\n\nInstall it first.';
const html = '<html lang="de"><title>Setup</title><h1>Setup</h1><p>Install it first.</p></html>';

describe('the text of a search of Tavily', () => {
  test.each<[string, object, Partial<Document>]>([
    ['the whole page before a part of it', { content: 'Install', raw_content: body }, {}],
    ['the whole page of HTML', { content: 'Install', raw_content: html }, { title: 'Setup' }],
    ['the part where the page is null', { content: body, raw_content: null }, {}],
    ['the part where the page is blank', { content: body, raw_content: ' \n' }, {}],
    ['its Markdown before both', { markdown: body, content: 'a', raw_content: 'b' }, {}],
  ])('is %s', (_choice, fields, expected) => {
    expect(parseDocument({ url, ...fields })).toMatchObject({ text: body, ...expected });
  });
});
