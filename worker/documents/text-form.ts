const page = /^(?:<!doctype|<html|<\?xml|<head|<body)\b/i;
/** `<https://a.example>` is a link of Markdown. */
const tag = /^<[a-z][\w-]*[\s>/]/i;
/** A heading, a fence or a link; a list after a blank line, since words of HTML may begin so. */
const markdown = new RegExp(
  String.raw`^(?:#{1,6} +\S|\`{3}|~{3})|\[[^\]\n]{1,200}\]\((?:https?:|[./#])|` +
    String.raw`^[ \t]*\r?\n(?:[-*+]|\d{1,3}[.)]) +\S`,
  'm',
);
/** Elements whose lines are code. */
const raw = /<(\/?)(pre|script|style|textarea)\b/gi;

/**
 * Tells HTML from text and Markdown, which may begin with a tag as well: the README of a project
 * often has its logo in `<p align="center">`.
 */
export function isHtml(text: string): boolean {
  const start = findStart(text);
  const begin = text.slice(start, start + 100);
  return page.test(begin) || (tag.test(begin) && !markdown.test(withoutRaw(text)));
}

/** Where the first thing stands that is no comment. */
export function findStart(text: string): number {
  const skipBlanks = (from: number): number => text.length - text.slice(from).trimStart().length;
  let start = skipBlanks(0);
  while (text.startsWith('<!--', start)) {
    const end = text.indexOf('-->', start);
    if (end === -1) return start;
    start = skipBlanks(end + 3);
  }
  return start;
}

function withoutRaw(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let open: string | undefined;
  for (const { index, 1: slash, 2: name = '' } of text.matchAll(raw)) {
    if (open === undefined && slash === '') {
      parts.push(text.slice(from, index));
      open = name.toLowerCase();
    } else if (slash === '/' && open === name.toLowerCase()) {
      from = index;
      open = undefined;
    }
  }
  return [...parts, open === undefined ? text.slice(from) : ''].join('');
}
