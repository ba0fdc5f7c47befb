import { htmlToMarkdown } from 'mdream';

/**
 * Elements around a page's text. `form` and `header` are not among them, because some sites wrap
 * the whole page in the one and its title in the other.
 */
const surroundings = [
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

/** Old mails nest about ten tables; beyond about 150 the converter loses their content. */
const maxTableDepth = 50;

export interface ConvertedPage {
  readonly markdown: string;
  /** As the page states it; empty when it does not. Likewise the next two. */
  readonly title: string;
  readonly description: string;
  readonly language: string;
}

/**
 * Converts the readable part of an HTML page to Markdown, with its headings, tables and code
 * blocks: `<main>` where there is exactly one, else everything but navigation and similar parts.
 * The converter reads the tags as a stream and builds no tree, so time and memory grow with the
 * length alone, however deep or broken the nesting is.
 */
export function convertHtml(original: string): ConvertedPage {
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
  const markdown = convert(['title', ...surroundings], mains === 1);
  // A page that has nothing but such parts is better than an empty one.
  return {
    ...found,
    markdown: unescapeMarkdown(markdown.trim() === '' ? convert(['title'], false) : markdown),
  };
}

/** Removes the tags of tables that are nested too deep: their content stays in the table around. */
function withShallowTables(html: string): string {
  let depth = 0;
  return html.replaceAll(/<(\/?)table\b[^<>]*>/gi, (tag: string, closing: string) => {
    if (closing === '') return ++depth > maxTableDepth ? '' : tag;
    depth = Math.max(0, depth - 1);
    return depth >= maxTableDepth ? '' : tag;
  });
}

/** Tags inside words, which leave no space. */
const inlineTag = String.raw`<\/?(sub|sup|u|ins|mark|small|abbr|kbd)>`;
const anyTag = String.raw`<\/?[a-z][^<>]{0,200}>`;
const escapedCharacter = String.raw`\\([\\` + '`' + String.raw`*_{}[\]()#+\-.!<>~])`;
/** Code in a line, which stays; a tag that Markdown has no form for; an escaped character. */
const markup = new RegExp(`\`[^\`]*\`|${inlineTag}|${anyTag}|${escapedCharacter}`, 'g');

/**
 * Removes tags and escapes: people, the embedder and the keyword index read chunks without
 * rendering them, so `snake\_case` becomes `snake_case`. Code stays as it is.
 */
function unescapeMarkdown(markdown: string): string {
  let fence: string | undefined;
  return markdown
    .split('\n')
    .map((line) => {
      const mark = /^\s*(?:[-*>]\s+)*(`{3,})/.exec(line)?.[1];
      if (fence === undefined && mark === undefined) return unescapeLine(line);
      if (fence === undefined) fence = mark;
      else if (line.trim().endsWith(fence)) fence = undefined;
      return line;
    })
    .join('\n');
}

function unescapeLine(line: string): string {
  return line.replaceAll(markup, (whole: string, inline?: string, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    if (inline !== undefined) return '';
    return whole.startsWith('<') ? ' ' : whole;
  });
}
