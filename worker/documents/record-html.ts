import { Parser } from 'htmlparser2';

import { findStart } from './text-form.ts';

const doctype = /^<!doctype\s+html\b/i;
const rootTag = /^<(?:html|head|body)[\s>]/i;
/** Ends that a page has, and a text that only begins with the name of a tag has not. */
const pageEnd = /<\/(?:html|head|body|title|main|div|p|h[1-6])\s{0,9}>/i;
const xmlStart = /^<\?xml\b[^<>]{0,200}\?>\s{0,99}/i;

/** Elements of HTML. Programs have types of the same names: `Promise<object>`, `Map<A>`. */
const names =
  'a|abbr|address|article|aside|audio|b|blockquote|body|br|button|caption|center|cite|code|col|' +
  'data|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|' +
  'frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|' +
  'map|mark|menu|meta|nav|noscript|object|ol|optgroup|option|output|p|picture|pre|q|rp|rt|ruby|s|' +
  'samp|script|section|select|small|source|span|strong|style|sub|summary|sup|svg|table|tbody|td|' +
  'template|textarea|tfoot|th|thead|time|title|tr|tt|u|ul|video|wbr';
/** Those that need no end, behind a word as well. */
const unclosed = 'br|hr|img|p|li|dd|dt|td|th|tr|input|meta|link|wbr';
const rest = String.raw`(?:\s{0,9}\/?>|\s{1,99}[\w:@.-]{1,99}\s{0,9}=)`;
const inCase = (all: string): string => `${all}|${all.toUpperCase()}`;
/** Of one case, since `<Table>` and `</Button>` are components of programs. */
const element = new RegExp(
  [
    String.raw`<!(?:doctype|DOCTYPE)\s`,
    String.raw`<\/(?:${inCase(names)}|[a-z]\w{0,99}-[\w-]{1,99})\s{0,9}>`,
    String.raw`<(?:${unclosed}|${unclosed.toUpperCase().replace('P|', '')})${rest}`,
    String.raw`(?<!\w)<(?:${inCase(names)})${rest}`,
  ].join('|'),
);
/** Of one line, so that no line of a text that explains one is lost. */
const entityLine = /^[^<\n]*&(?:[a-z]{2,8}|#\d{1,7}|#x[\da-f]{1,6});[^<\n]*$/i;

/**
 * Whether a text that should be text or Markdown begins a whole page of HTML, as some loaders store
 * it. A README may begin with a tag as well, and a text about HTML with `<html>`.
 */
export function beginsPage(text: string): boolean {
  const start = text.slice(findStart(text)).replace(xmlStart, '');
  const page = start.slice(findStart(start));
  return doctype.test(page) || (rootTag.test(page) && pageEnd.test(page));
}

/**
 * Whether a text that should be HTML has anything of it. The text of a page in its place, which
 * some crawlers write, has lines and `Array<string>` that HTML would lose.
 */
export function hasMarkup(text: string): boolean {
  const page = text.trim();
  return (
    element.test(page) || (/^<[a-z!?]/i.test(page) && page.endsWith('>')) || entityLine.test(page)
  );
}

const reference = /&(?:[a-z]\w{1,30}|#\d{1,7}|#x[\da-f]{1,6});/gi;
/** Nobody writes these in words; `&lt;` may be what a page is about. */
const quoted = /&(?:quot|apos|#\d{2,7}|#x[\da-f]{2,6});/i;

/** Reads a line that was written for HTML, as the titles of Stack Exchange and of feeds. */
export function readEntities(line: string): string {
  return quoted.test(line) ? decodeEntities(line) : line;
}

export function decodeEntities(line: string): string {
  return line.replaceAll(reference, (one) => {
    let decoded = '';
    new Parser({ ontext: (text) => (decoded += text) }).end(one);
    // Of a number that is no sign.
    return decoded === '\uFFFD' ? one : decoded;
  });
}

/** Tags inside words, which leave no space. */
const inlineTag = /<\/?(?:a|b|i|em|strong|span|code|u|small|mark)(?:\s[^<>]{0,2000})?>/gi;
const block =
  /^\s*<(?:p|div|span|a|img|ul|ol|h[1-6]|table|figure|blockquote|br|b|strong|em|i)[\s/>]/;

/** Takes a description that was written as HTML, as those of feeds, down to its words. */
export function readDescription(text: string): string {
  if (!block.test(text) || !hasMarkup(text)) return text;
  const words = text
    .replaceAll(inlineTag, '')
    .replaceAll(/<\/?[a-z][^<>]{0,2000}>/gi, ' ')
    .replaceAll(/\s+/g, ' ');
  return decodeEntities(words).trim();
}
