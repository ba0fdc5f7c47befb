import { wholeClass } from './class-pattern.ts';
import { isHeading } from './elements.ts';
import { attributeOf, classesOf, hasInside, textLength } from './tree.ts';
import type { Element } from './tree.ts';

const footer = wholeClass('(?:site-|page-|global-|main-)?footer');
/** In characters: a longer one may be a part of the text. */
const maxLength = 200;
/** Of mdBook and WordPress: it says which book it is, and not which page. */
const title = wholeClass('menu-title site-title site-name');

/** @returns whether it says whose the site is, by its name where it has no tag of its own */
export function isSiteFooter(element: Element): boolean {
  if (!/^(?:div|p|table)$/.test(element.name)) return false;
  if (!footer.test(classesOf(element)) && !footer.test(attributeOf(element, 'id'))) return false;
  if (/^(?:blockquote|figure|td)$/.test(element.parent?.name ?? '')) return false;
  // A section about footers may have that id.
  const isText = (inner: Element): boolean => isHeading(inner) || inner.name === 'pre';
  return textLength(element) <= maxLength && !hasInside(element, isText);
}

/** @returns whether a heading is the name of the site, which every page has */
export function isSiteTitle(heading: Element): boolean {
  const { parent } = heading;
  return title.test(classesOf(heading)) || (parent !== undefined && title.test(classesOf(parent)));
}
