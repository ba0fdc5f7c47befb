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
  { begins: /<!--(?!.*-->)/, ends: () => /-->/ },
  {
    begins: /^ {0,3}<(pre|script|style|textarea|code)\b(?!.*<\/\1>)/i,
    ends: ([, name]) => new RegExp(`</${name}>`, 'i'),
  },
  { begins: /^(?:\$\$|\{%-?\s*(?:highlight|comment|raw)\b.*)$/, ends: () => /^\$\$|\{%-?\s*end/ },
];

const atx = /^ {0,3}# +(.+?)(?: +#+)? *$/;
const html = /^ {0,3}<h1\b[^>]*>(.*?)<\/h1>/i;

/**
 * Finds the first heading of the first level in Markdown, outside of code and comments.
 *
 * @returns it without its markup; undefined where there is none
 */
export function findTitle(markdown: string): string | undefined {
  const lines = markdown.split(/\r\n?|\n/);
  let end: RegExp | undefined;
  for (const [index, line] of lines.entries()) {
    if (end !== undefined) {
      if (end.test(line)) end = undefined;
      continue;
    }
    // These patterns take the square of a line's length at worst.
    const start = line.slice(0, maxTitleLength);
    const title = readTitle(start, lines[index + 1], lines[index - 1]);
    if (title !== undefined && title !== '') return title;
    end = findRaw(line.slice(0, maxBeginLength));
  }
  return undefined;
}

/** The title line of reStructuredText (underlined), AsciiDoc (`= `) and Org (`#+TITLE:`). */
const ofOthers =
  /^(?:[=*#~^-]{3,}\n)? ?(\S[^\n]*)\n([=*#~^-])\2{2,}(?:\n|$)|^= +(\S[^\n]*)|^#\+TITLE: *(\S[^\n]*)/im;

/** The same in the text formats that are no Markdown: what stands above the first paragraph. */
export function findPlainTitle(text: string): string | undefined {
  const [head = ''] = text
    .slice(0, headLength)
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]+\S|^ *\.\. code/m, 1);
  const [, rst, , asciiDoc, org] = ofOthers.exec(head) ?? [];
  return (rst ?? asciiDoc ?? org)?.trim().slice(0, maxTitleLength);
}

const maxTitleLength = 1_000;
const maxBeginLength = 4_000;
const headLength = 4_000;

function readTitle(line: string, next = '', before = ''): string | undefined {
  const text = (atx.exec(line) ?? html.exec(line))?.[1];
  if (text !== undefined) return withoutMarkup(text);
  const isUnderlined = /^ {0,3}=+[ \t]*$/.test(next) && /^ {0,3}[^\s>#=-]/.test(line);
  return isUnderlined && /^\s*$|^=+\s*$/.test(before) ? withoutMarkup(line) : undefined;
}

function findRaw(line: string): RegExp | undefined {
  for (const { begins, ends } of raw) {
    const match = begins.exec(line);
    if (match !== null) return ends(match);
  }
  return undefined;
}

/** Leaves the words of a heading: no emphasis, code marks, links, pictures or attributes. */
function withoutMarkup(text: string): string {
  return text
    .replace(/\s*\{[#:.][^}]*\}\s*$/, '')
    .replaceAll(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replaceAll(/<\/?[a-z][^>]*>/gi, '')
    .replaceAll(/(`+)(.+?)\1/g, '$2')
    .replaceAll(/(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
