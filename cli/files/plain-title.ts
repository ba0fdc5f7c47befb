import { findRstTitle } from './rst-title.ts';

/** The title line of AsciiDoc (`= `, or underlined) and Org (`#+TITLE:`). */
const ofOthers = /^(\S[^\n]*)\n([=~^+-])\2{2,}(?:\n|$)|^= +(\S[^\n]*)|^#\+TITLE: *(\S[^\n]*)/im;
/** A comment of AsciiDoc. */
const comments = /^(\/{4,})\n[^]*?\n\1(?:\n|$)/gm;
const headLength = 4_000;
const maxTitleLength = 1_000;

/**
 * Finds the title of a text format that is no Markdown, in its first lines.
 *
 * @param ending that of the file's name, which says the format: `.rst`
 * @returns undefined where there is none, as in any plain text
 */
export function findPlainTitle(text: string, ending: string): string | undefined {
  const head = text.slice(0, headLength).replaceAll(/\r\n?/g, '\n');
  return findOfFormat(head, ending)?.trim().slice(0, maxTitleLength);
}

function findOfFormat(head: string, ending: string): string | undefined {
  if (ending === '.rst') return findRstTitle(head);
  if (/^\.te?xt$/.test(ending)) return undefined;
  const [above = ''] = head.replaceAll(comments, '').split(/\n[ \t]+\S/, 1);
  const [, underlined, , asciiDoc, org] = ofOthers.exec(above) ?? [];
  return underlined ?? asciiDoc ?? org;
}
