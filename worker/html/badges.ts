import { partOfClass } from './class-pattern.ts';
import { classesOf } from './tree.ts';
import type { Element } from './tree.ts';

const badge = partOfClass('badges? tags? labels? pills? chips? lozenge http-verb');

/** @returns whether a style makes a box of it, such as the `New` beside a heading */
export function isBadge(element: Element): boolean {
  return element.name === 'span' && badge.test(classesOf(element));
}
