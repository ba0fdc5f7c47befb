import { findAsciiDocTitle } from './asciidoc-title.ts';
import { findRstTitle } from './rst-title.ts';

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
  if (ending === '.adoc' || ending === '.asciidoc') return findAsciiDocTitle(head);
  return ending === '.org' ? findOrgTitle(head) : undefined;
}

/** `#+TITLE: …` of Org, outside of blocks. */
function findOrgTitle(head: string): string | undefined {
  const outside = head.replaceAll(/^[ \t]*#\+begin_(\w+)[^]*?(?:^[ \t]*#\+end_\1|$(?![^]))/gim, '');
  const title = /^[ \t]*#\+title:[ \t]*(\S[^\n]*)/im.exec(outside)?.[1];
  return title?.replaceAll(/\[\[[^\][]*\](?:\[([^\][]+)\])\]/g, '$1');
}
