/** A line of one sign, as it stands over and under a title. */
const adornment = /^([=*#~^"'`+:.<>_-])\1+$/;
/** A directive or a comment; that of code ends what may be a title. */
const explicit = /^\.\.(?:[ \t]|$)(?![ \t]*code)/;
const field = /^:(?![:`])[^:\n]+:(?:[ \t]|$)/;
/** Lists, doctests and line blocks: an underline beneath them makes no title. */
const noTitle = /^(?:[-*+•][ \t]|>>>[ \t]|\|[ \t]|\.\.(?:[ \t]|$)|:[^:`]+:[ \t])/;

/**
 * Finds the first title of reStructuredText: underlined, or between two lines of one sign, then
 * also set in. It stands above the first block that is indented, but for those of directives,
 * comments and fields: behind them code begins.
 *
 * @param head the first lines, with `\n` at their ends
 * @returns its words without inline markup; undefined where there is none
 */
export function findRstTitle(head: string): string | undefined {
  const lines = head.split('\n').map((line) => line.trimEnd());
  const stated = readPepTitle(lines);
  if (stated !== undefined) return removeInlineMarkup(stated);
  for (let index = 0; index < lines.length; index += 1) {
    const title = readOverlined(lines, index) ?? readUnderlined(lines, index);
    if (title !== undefined) return removeInlineMarkup(title);
    const line = lines[index]!;
    if (explicit.test(line) || field.test(line)) index = findBlockEnd(lines, index);
    else if (/^[ \t]+\S/.test(line) && index > 0) return undefined;
    else if (/^\.\.[ \t]*code/.test(line)) return undefined;
  }
  return undefined;
}

/** `Title: …` in the head of a PEP: fields of a mail, up to the first empty line. */
function readPepTitle(lines: readonly string[]): string | undefined {
  if (!/^PEP:[ \t]*\d/.test(lines[0] ?? '')) return undefined;
  const end = lines.indexOf('');
  const fields = end === -1 ? lines : lines.slice(0, end);
  return fields.map((line) => /^Title:[ \t]*(\S.*)$/.exec(line)?.[1]).find(Boolean);
}

function readOverlined(lines: readonly string[], index: number): string | undefined {
  const [over = '', title = '', under] = lines.slice(index, index + 3);
  if (over !== under || !adornment.test(over) || adornment.test(title)) return undefined;
  const words = title.trim();
  return words !== '' && isLongEnough(over, words) ? words : undefined;
}

function readUnderlined(lines: readonly string[], index: number): string | undefined {
  const [line = '', under = ''] = lines.slice(index, index + 2);
  if (!/^ ?\S/.test(line) || !adornment.test(under)) return undefined;
  const words = line.trim();
  if (adornment.test(words) || noTitle.test(words)) return undefined;
  // Two colons alone announce code, and two points a comment.
  return isLongEnough(under, words) && !/^(?:::|\.\.)$/.test(under) ? words : undefined;
}

/** Two signs are enough for a title of two; three are taken for any. */
function isLongEnough(line: string, title: string): boolean {
  return line.length > 2 || title.length <= line.length;
}

/** @returns the last line that belongs to a block, whose further lines are indented */
function findBlockEnd(lines: readonly string[], start: number): number {
  let end = start;
  for (let index = start + 1; index < lines.length; index += 1) {
    if (/^[ \t]+\S/.test(lines[index]!)) end = index;
    else if (lines[index] !== '') break;
  }
  return end;
}

/** Leaves the words that a reader sees. */
function removeInlineMarkup(text: string): string {
  const kept: string[] = [];
  const keep = (_: string, words: string): string => `\uE000${kept.push(words.trim()) - 1}\uE000`;
  const restore = (words: string): string =>
    words.replaceAll(/\uE000(\d+)\uE000/g, (_, index: string) =>
      restore(kept[Number(index)] ?? ''),
    );
  const marked = text
    .replaceAll('\uE000', '')
    .replaceAll(/``(.+?)``/g, keep)
    .replaceAll(/\\(\S)/g, keep)
    .replaceAll(/(?::[\w.+:-]+:)?`([^`]+)`(?::[\w.+:-]+:|__?)?/g, (whole, words: string) => {
      const shown = /^(\S.*?)\s*<[^<>]+>$/.exec(words)?.[1] ?? words;
      const isRole = /^:|:$/.test(whole);
      return keep('', isRole ? shown.replace(/^!|^~(?:.*\.)?/, '') : shown);
    })
    .replaceAll(/\s*\[(?:\d+|#[\w-]*|\*)\]_(?!\w)/g, '')
    .replaceAll(/(?<![\w*])(\*{1,2})(?=[^\s*])([^*]*?[^\s*])\1(?![\w*])/g, '$2');
  return restore(marked).replaceAll(/\s+/g, ' ').trim();
}
