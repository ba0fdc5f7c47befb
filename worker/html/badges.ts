import { partOfClass } from './class-pattern.ts';
import { classesOf, isElement, perElement } from './tree.ts';
import type { Element } from './tree.ts';

const badge = partOfClass('badges? VPBadge tags? labels? pills? chips? lozenge http-verb');
/** A method of HTTP, before the path that it is for. */
const verb = partOfClass('http-verb');
/** At the end of HTML, also where emphasis ends. */
const wordEnd = /[\p{L}\p{N}](?:<\/(?:[abi]|em|strong|code|del|s|su[bp]|kbd|mark|q)>)*$/u;
const endLength = 100;

/** @returns whether a style makes a box of it, such as the `New` beside a heading */
export function isBadge(element: Element): boolean {
  return element.name === 'span' && badge.test(classesOf(element));
}

/** @returns whether the words of two boxes would be one, were there no blank between them */
export function touches(html: string, next: Element | string, before?: Element): boolean {
  const start = startOf(next);
  const isWord = /^[\p{L}\p{N}]/u.test(start);
  const isPath = start.startsWith('/') && before !== undefined && verb.test(classesOf(before));
  return (isWord || isPath) && wordEnd.test(html.slice(-endLength));
}

function startOf(node: Element | string): string {
  return isElement(node) ? startOfElement(node) : node.slice(0, 2);
}

/** The first text in it. */
const startOfElement = perElement(({ children }): string => {
  for (const child of children) {
    const start = startOf(child);
    if (start !== '') return start;
  }
  return '';
});
