import { htmlToMarkdown } from 'mdream';

import { findContent } from '../html/content.ts';
import { readHead } from '../html/head.ts';
import type { Head } from '../html/head.ts';
import { joinLinks } from '../html/parts.ts';
import { writeReaderView } from '../html/reader-view.ts';
import { placeStreamedParts } from '../html/streamed.ts';
import { parseTree } from '../html/tree.ts';
import { readFence } from '../text/fence.ts';

export interface ConvertedPage extends Head {
  readonly markdown: string;
}

const clean = { emptyLinks: true, emptyLinkText: true, emptyImages: true, selfLinkHeadings: true };

/**
 * Converts the readable part of an HTML page to Markdown, with its headings, tables and code
 * blocks: `<main>` where there is exactly one, else everything but navigation and similar parts.
 * Time and memory grow with the length alone, however deep or broken the nesting is.
 */
export function convertHtml(html: string): ConvertedPage {
  const root = placeStreamedParts(parseTree(html));
  const { main, heading } = findContent(root);
  const convert = (view: string): string =>
    unescapeMarkdown(joinLinks(htmlToMarkdown(view, { clean }))).trim();
  let markdown = main === undefined ? '' : convert(writeReaderView(main));
  if (markdown !== '' && heading !== undefined)
    markdown = `${convert(`<h1>${writeReaderView(heading)}</h1>`)}\n\n${markdown}`;
  if (markdown === '') markdown = convert(writeReaderView(root));
  // A page that has nothing but menus is better than an empty one.
  if (markdown === '') markdown = convert(writeReaderView(root, true));
  return { ...readHead(root, main ?? root), markdown };
}

/** Tags inside words, which leave no space. */
const inlineTag = String.raw`<\/?(sub|sup|u|ins|mark|small|abbr|kbd)>`;
const anyTag = String.raw`<\/?[a-z][a-z\d-]*(?:\s[^<>]{0,200})?\/?>`;
/** A link whose words are its target. */
const linkedUrl = String.raw`<([a-z][a-z\d+.-]*:[^<>\s]*)>`;
/**
 * Of a link with blanks or brackets in its target. A repeated group keeps a place in memory for
 * each repetition, and V8 throws a RangeError after 64 MiB of them: so there are no more than a
 * thousand.
 */
const bracketedTarget = String.raw`\]\(<[^<>\\]*(?:\\.[^<>\\]*){0,1000}>\)`;
const escapedCharacter = String.raw`\\([\\` + '`' + String.raw`*_{}[\]()#+\-.!<>~&])`;
/** Code in a line and targets stay; of the rest, what a reader does not see goes. */
const markup = new RegExp(
  `\`[^\`]*\`|${bracketedTarget}|${linkedUrl}|${inlineTag}|${anyTag}|${escapedCharacter}`,
  'gi',
);

/**
 * Removes tags and escapes: people, the embedder and the keyword index read chunks without
 * rendering them, so `snake\_case` becomes `snake_case`. Code stays as it is.
 */
function unescapeMarkdown(markdown: string): string {
  /** How the block of code ends that a line is in, without blanks. */
  let end: string | undefined;
  return markdown
    .split('\n')
    .map((line) => {
      if (end !== undefined) {
        if (line.replaceAll(/\s/g, '') === end) end = undefined;
        return line;
      }
      const fence = readFence(line);
      if (fence === undefined) return unescapeLine(line);
      end = `${fence.before.replaceAll(/[^>]/g, '')}${fence.mark}`;
      return line;
    })
    .join('\n');
}

function unescapeLine(line: string): string {
  // A blank in place of an icon.
  return line
    .replace(/^\u00A0+\s*/, '')
    .replaceAll(markup, (whole: string, url?: string, inline?: string, escaped?: string) => {
      if (url !== undefined || escaped !== undefined) return url ?? escaped ?? '';
      if (inline !== undefined) return '';
      return whole.startsWith('<') ? ' ' : whole;
    });
}
