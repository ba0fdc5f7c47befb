import { htmlToMarkdown } from 'mdream';

/**
 * What surrounds a page's text. Not `form` and `header`: some sites wrap all they have in the one,
 * and the title in the other.
 */
const around = [
  'nav',
  'footer',
  'aside',
  'button',
  'select',
  'input',
  'textarea',
  'iframe',
  'object',
  'embed',
  'svg',
  'canvas',
  'template',
  'noscript',
  'dialog',
  '[role=navigation]',
];

/** Layouts of old mails nest some ten; beyond some 150 the converter loses what is in them. */
const deepestTables = 50;

export interface Page {
  readonly markdown: string;
  /** What the page says of itself; empty when it does not. */
  readonly title: string;
  readonly description: string;
  readonly language: string;
}

/**
 * The readable part of an HTML page as Markdown: of `<main>` where there is exactly one, else of
 * all but navigation and the like; headings, tables and code blocks kept. The converter reads tags
 * as a stream, without a tree: time and memory grow with the length, however deep or broken the
 * nesting.
 */
export function convertHtml(original: string): Page {
  const html = withShallowTables(original);
  const found = { title: '', description: '', language: '' };
  const convert = (exclude: string[], isolateMain: boolean): string =>
    htmlToMarkdown(html, {
      isolateMain,
      filter: { exclude },
      clean: { emptyLinks: true, emptyLinkText: true, emptyImages: true, selfLinkHeadings: true },
      extraction: {
        title: ({ textContent }) => {
          found.title ||= textContent.trim();
        },
        'meta[name=description]': ({ attributes }) => {
          found.description ||= attributes['content'] ?? '';
        },
        html: ({ attributes }) => {
          found.language = attributes['lang'] ?? '';
        },
      },
    });
  const mains = html.match(/<main[\s>]/gi)?.length ?? 0;
  const markdown = convert(['title', ...around], mains === 1);
  // A page that is nothing but what is left out elsewhere is better than none.
  return {
    ...found,
    markdown: literal(markdown.trim() === '' ? convert(['title'], false) : markdown),
  };
}

/** Tables within too many tables become part of the one around them. */
function withShallowTables(html: string): string {
  let depth = 0;
  return html.replaceAll(/<(\/?)table\b[^<>]*>/gi, (tag: string, closing: string) => {
    if (closing === '') return ++depth > deepestTables ? '' : tag;
    depth = Math.max(0, depth - 1);
    return depth >= deepestTables ? '' : tag;
  });
}

/** Code in a line; a tag that Markdown has no word for; an escaped character. */
const spelled =
  /`[^`]*`|<\/?(sub|sup|u|ins|mark|small|abbr|kbd)>|<\/?[a-z][^<>]{0,200}>|\\([\\`*_{}[\]()#+\-.!<>~])/g;

/**
 * Chunks are read by people, an embedder and a keyword index, none of which renders Markdown:
 * `snake\_case` is `snake_case`. Code stays as it is.
 */
function literal(markdown: string): string {
  let fence: string | undefined;
  return markdown
    .split('\n')
    .map((line) => {
      const mark = /^\s*(?:[-*>]\s+)*(`{3,})/.exec(line)?.[1];
      if (fence === undefined && mark === undefined) return literalLine(line);
      fence = fence === undefined ? mark : line.trim().endsWith(fence) ? undefined : fence;
      return line;
    })
    .join('\n');
}

function literalLine(line: string): string {
  return line.replaceAll(spelled, (whole: string, inline?: string, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    if (inline !== undefined) return '';
    return whole.startsWith('<') ? ' ' : whole;
  });
}
