/** What begins a delimited block, and ends it when it comes again. */
const delimiter = /^(?:\/{4,}|-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|--|[|,:!]={3,}|```.*|~{4,})$/;
/** Attributes, comments, anchors, titles of blocks, and macros that are blocks of their own. */
const aboveTitle = /^(?:\/\/(?!\/)|:!?\w[\w-]*!?:(?:\s|$)|\[.*\]$|\.(?![.\s])|\w+::\S*\[.*\]$)/;
const marked = /^(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?$/;

/**
 * Finds the title of AsciiDoc: the first heading that stands above all text and blocks, of any
 * level, because a part that another page includes begins at `==`; else the first of the first
 * level outside of blocks.
 *
 * @param head the first lines, with `\n` at their ends
 * @returns its words; undefined where there is none
 */
export function findAsciiDocTitle(head: string): string | undefined {
  const lines = head.split('\n').map((line) => line.trimEnd());
  let isAbove = true;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    const [, mark, title] = marked.exec(line) ?? [];
    const words = title ?? readUnderlined(lines, index, isAbove);
    if (words !== undefined && (isAbove || mark === undefined || mark.length === 1))
      return removeInlineMarkup(words);
    if (delimiter.test(line)) {
      index = findBlockEnd(lines, index);
      isAbove &&= line.startsWith('/');
    } else isAbove &&= line === '' || aboveTitle.test(line);
  }
  return undefined;
}

/**
 * The form in two lines, as AsciiDoc tells it from a delimiter: the second is as long as the first,
 * or up to two signs longer or shorter.
 */
function readUnderlined(
  lines: readonly string[],
  index: number,
  isAnyLevel: boolean,
): string | undefined {
  const [line = '', under = ''] = lines.slice(index, index + 2);
  const isUnderline = isAnyLevel ? /^([=~^+-])\1+$/.test(under) : /^==+$/.test(under);
  const isTitle = /^[^\s[.<:|]/.test(line) && /[\p{L}\p{N}]/u.test(line);
  const isNear = Math.abs(line.length - under.length) <= 2;
  return isUnderline && isTitle && isNear && (lines[index - 1] ?? '') === '' ? line : undefined;
}

/** @returns the line that ends a delimited block, or the last one of all */
function findBlockEnd(lines: readonly string[], start: number): number {
  const line = lines[start]!;
  const end = lines.indexOf(line.startsWith('`') ? '```' : line, start + 1);
  return end === -1 ? lines.length : end;
}

function removeInlineMarkup(text: string): string {
  return text
    .replaceAll(/\[\[[^\]]*\]\]/g, '')
    .replaceAll(/(?:\b(?:link|xref):[^\s[]+|\bhttps?:\/\/[^\s[]+)\[([^\]]+)\]/g, '$1')
    .replaceAll(/<<[^,>]+,([^>]+)>>/g, '$1')
    .replaceAll(/(?<![\w`])(`{1,2})\+?(?=\S)(.+?)(?<=\S)\+?\1(?![\w`])/g, '$2')
    .replaceAll(/(?<![\w*])(\*{1,2})(?=\S)([^*]+)(?<=\S)\1(?![\w*])/g, '$2')
    .replaceAll(/(?<!\w)_(?=[^\s_])([^_]+)(?<=\S)_(?!\w)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
