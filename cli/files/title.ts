import { removeMarkup } from './markdown-markup.ts';
import { MdxCode } from './mdx-code.ts';

/** How a block begins in which no line is a heading, and what ends it. */
const raw: readonly {
  readonly begins: RegExp;
  readonly ends: (line: RegExpExecArray) => RegExp;
}[] = [
  {
    // Also within lists and quotations.
    begins: /^(?:\s|[-*+>]\s|\d+[.)]\s)*(?:(`{3,})[^`]*$|(~{3,}))/,
    ends: ([, ticks, tildes]) => {
      const fence = ticks ?? tildes ?? '';
      return new RegExp(`^[\\s>]*[${fence[0]}]{${fence.length},}[ \\t]*$`);
    },
  },
  {
    // MyST and Pandoc.
    begins: /^\s*(:{3,})\s*\{?\.?(?:code|sourcecode|raw|parsed-literal|math|mermaid)/,
    ends: ([, colons = '']) => new RegExp(`^\\s*:{${colons.length},}\\s*$`),
  },
  { begins: /<!--(?!.*-->)/, ends: () => /-->/ },
  // MDX, Hugo, Obsidian.
  { begins: /\{\/\*(?!.*\*\/)/, ends: () => /\*\/\}/ },
  { begins: /^\s*%%(?!.*%%)/, ends: () => /%%/ },
  {
    // Also behind other tags. `<Code>` is a component, of which any text may be a property.
    begins: new RegExp(
      String.raw`^\s*(?:<[^<>]*>[^<]*)*<(pre|script|style|textarea|code|` +
        String.raw`PRE|SCRIPT|STYLE|TEXTAREA|CODE)\b(?!.*<\/\1>)`,
    ),
    ends: ([, name]) => new RegExp(`</${name}>`, 'i'),
  },
  { begins: /^\s*\$\$(?!.*\$\$)/, ends: () => /\$\$/ },
  { begins: /^\s*\\\[(?!.*\\\])/, ends: () => /\\\]/ },
  {
    // Jekyll and Hexo.
    begins: /^\s*\{%-?\s*(?:highlight|comment|raw|codeblock)\b(?!.*\{%-?\s*end)/,
    ends: () => /\{%-?\s*end/,
  },
  {
    // Hugo.
    begins: /^\s*\{\{[<%]\s*(highlight|code|codeblock|comment|mermaid|terminal)(?=[\s>%])(?!.*\/)/,
    ends: ([, name]) => new RegExp(`\\{\\{[<%]\\s*/\\s*${name}`),
  },
];

const atx = /^ {0,3}#[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/;
/** `<pre>` in words is no block. */
const codeInLine = /(?<!`)(`{1,2})[^`]+\1(?!`)/g;
/** Also behind other tags. */
const html = /^\s*(?:<(?!h1\b)[^<>]*>\s*)*<h1\b[^>]*>([^]*?)<\/h1>/i;
/** `<h1>`, its words and `</h1>` may each have lines of their own, and so may a picture's sources. */
const maxHtmlLines = 40;
const maxHtmlLength = 4_000;

/**
 * Finds the first heading of the first level in Markdown, outside of code and comments.
 *
 * @param ending that of the file's name: `.mdx` has code of its own
 * @returns it without its markup; undefined where there is none
 */
export function findTitle(markdown: string, ending = '.md'): string | undefined {
  const lines = markdown.split(/\r\n?|\n/);
  const stated = readStated(lines);
  if (stated !== undefined) return stated;
  const mdx = ending === '.mdx' ? new MdxCode() : undefined;
  const findEnd = (line: string): RegExp | undefined => findRaw(line) ?? mdx?.findLiteral(line);
  let end: RegExp | undefined;
  for (const [index, line] of lines.entries()) {
    if (end !== undefined) {
      const ended = end.exec(line);
      // Behind the end of one comment the next may begin.
      if (ended !== null) end = findEnd(line.slice(ended.index + ended[0].length));
      continue;
    }
    // These patterns take the square of a line's length at worst.
    const start = line.slice(0, maxTitleLength);
    const title = readAtx(start) ?? readUnderlined(lines, index) ?? readHtml(lines, index);
    if (title !== undefined && title !== '') return title;
    end = findEnd(line);
  }
  return undefined;
}

const maxTitleLength = 1_000;
const maxStatedLines = 30;
const maxBeginLength = 4_000;

/** `% Title` of Pandoc, `Title: …` of Pelican and MultiMarkdown, or `title:: …` of Logseq. */
function readStated(lines: readonly string[]): string | undefined {
  const last = lines.findIndex((line) => line.trim() === '');
  const head = lines.slice(0, last === -1 ? maxStatedLines : Math.min(last, maxStatedLines));
  const starts = head.map((line) => line.slice(0, maxTitleLength));
  const ofPandoc = /^%[ \t]+(\S.*)$/.exec(starts[0] ?? '')?.[1];
  if (ofPandoc !== undefined) return removeMarkup(ofPandoc);
  // The first blocks of a page of Logseq may follow at once.
  const other = starts.findIndex((line) => !/^[^\s:-][^\s:]*::(?:[ \t]|$)/.test(line));
  const properties = other === -1 ? starts : starts.slice(0, other);
  const ofLogseq = findField(properties, /^title::[ \t]+(\S.*)$/i);
  if (ofLogseq !== undefined) return removeMarkup(ofLogseq);
  if (!starts.every((line) => /^[a-z][\w-]*:(?:[ \t]|$)|^[ \t]+\S/i.test(line))) return undefined;
  const title = findField(starts, /^title:[ \t]+(\S.*)$/i);
  return title === undefined ? undefined : removeMarkup(title);
}

function findField(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.[1]).find(Boolean);
}

function readAtx(line: string): string | undefined {
  const text = atx.exec(line)?.[1];
  return text === undefined ? undefined : removeMarkup(text);
}

/** A line of a paragraph, and of no list, quotation or table. */
const paragraphLine = /^ {0,3}(?!(?:[*+-]|\d{1,9}[.)])\s)[^\s>#=|-]/;
/** The underlined paragraph may have several. */
const maxUnderlinedLines = 5;

function readUnderlined(lines: readonly string[], index: number): string | undefined {
  if (!/^ {0,3}=+[ \t]*$/.test(lines[index + 1]?.slice(0, maxTitleLength) ?? '')) return undefined;
  let first = index + 1;
  while (
    first > 0 &&
    index + 1 - first < maxUnderlinedLines &&
    paragraphLine.test(lines[first - 1]!)
  )
    first -= 1;
  const isWhole = first <= index && /^\s*$|^=+\s*$/.test(lines[first - 1] ?? '');
  const text = lines
    .slice(first, index + 1)
    .join(' ')
    .slice(0, maxTitleLength);
  return isWhole ? removeMarkup(text) : undefined;
}

function readHtml(lines: readonly string[], index: number): string | undefined {
  const isIndented = /^(?: {4}|\t)/.test(lines[index] ?? '');
  // After a blank line that is code.
  if (isIndented && (lines[index - 1] ?? '').trim() === '') return undefined;
  if (!/^\s*<.*?h1\b/i.test(lines[index]?.slice(0, maxTitleLength) ?? '')) return undefined;
  const block = lines
    .slice(index, index + maxHtmlLines)
    .join('\n')
    .slice(0, maxHtmlLength);
  const text = html.exec(block)?.[1];
  return text === undefined ? undefined : removeMarkup(text, true);
}

/** @returns what ends the block that begins in this line, and does not end in it */
function findRaw(line: string): RegExp | undefined {
  const start = line.slice(0, maxBeginLength).replaceAll(codeInLine, '');
  for (const { begins, ends } of raw) {
    const match = begins.exec(start);
    if (match === null) continue;
    const end = ends(match);
    const rest = start.slice(match.index + match[0].length) + line.slice(maxBeginLength);
    return end.test(rest) ? undefined : end;
  }
  return undefined;
}
