import { findStart } from './text-form.ts';

const doctype = /^<!doctype\s+html\b/i;
const rootTag = /^<(?:html|head|body)[\s>]/i;
/** Ends that a page has, and a text that only begins with the name of a tag has not. */
const pageEnd = /<\/(?:html|head|body|title|main|div|p|h[1-6])\s{0,9}>/i;
const xmlStart = /^<\?xml\b[^<>]{0,200}\?>\s{0,99}/i;

/**
 * Whether a text that should be text or Markdown begins a whole page of HTML, as some loaders store
 * it. A README may begin with a tag as well, and a text about HTML with `<html>`.
 */
export function beginsPage(text: string): boolean {
  const start = text.slice(findStart(text)).replace(xmlStart, '');
  const page = start.slice(findStart(start));
  return doctype.test(page) || (rootTag.test(page) && pageEnd.test(page));
}
