import { partOfClass, wholeClass } from './class-pattern.ts';
import { endOf, neighboursOf, startOf } from './neighbours.ts';
import { classesOf, isElement } from './tree.ts';
import type { Element } from './tree.ts';

const badge = partOfClass(`
  badges? VPBadge tags? labels? pills? chips? lozenge http-verb mlabels? signature-attributes
  tooltip-?(?:text|content) step-?(?:num|number) ltx_note
`);
/** Of TypeDoc, beside a name: `Optional`, `Readonly`. */
const codeBadge = wholeClass('tsd-tag');
/** What a style shows in an empty element. */
const separator = wholeClass('sep separator divider');
/** A method of HTTP, before the path that it is for. */
const verb = partOfClass('http-verb');
const wordStart = /^[\p{L}\p{N}]/u;
const wordEnd = /[\p{L}\p{N}]$/u;

/** @returns whether a style makes a box of it, such as the `New` beside a heading */
export function isBadge(element: Element): boolean {
  const names = element.name === 'code' ? codeBadge : badge;
  return /^(?:span|code)$/.test(element.name) && names.test(classesOf(element));
}

/** @returns whether it is empty and parts two words, such as the names of a path */
export function isSeparator({ name, children, attributes }: Element): boolean {
  return name === 'span' && children.length === 0 && separator.test(attributes.get('class') ?? '');
}

/** @returns whether its first word would be one with the word before it */
export function touchesBefore(element: Element): boolean {
  const { before } = neighboursOf(element);
  return wordEnd.test(endOf(before)) && wordStart.test(startOf(element));
}

/** @returns whether its last word would be one with the word behind it, or with a path */
export function touchesBehind(element: Element): boolean {
  const { behind } = neighboursOf(element);
  if (behind === undefined || (isElement(behind) && isBadge(behind))) return false;
  const start = startOf(behind);
  const isNext = wordStart.test(start) || (start.startsWith('/') && verb.test(classesOf(element)));
  return isNext && wordEnd.test(endOf(element));
}
