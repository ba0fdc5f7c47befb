import { wholeClass } from './class-pattern.ts';
import { isHeading } from './elements.ts';
import { classesOf, findAll, hasInside, isElement, perElement, textLength } from './tree.ts';
import type { Element } from './tree.ts';

/** Of DocBook, Texinfo, Boost and LilyPond. */
const turning = wholeClass('navheader navfooter nav-panel spirit-nav nav_table');
/** Of GTK-Doc, which is a table, and of LaTeX2HTML. */
const navigation = wholeClass('navigation');
const turn = /^(?:next|prev|previous|up)$/i;
/** Also the links beside those. */
const turnOrStart = /^(?:next|prev|previous|up|start|first|last|contents|index|home|top)$/i;
/** What Texinfo and LaTeX2HTML write before each link. */
const labels = /\b(?:next|previous|prev|up|index|contents|top)\b/gi;
const firstLabel = /^\W*(?:next|previous|prev|up)\s*:/i;
/** In characters: the titles of this page, of the pages around it and of its chapter. */
const maxLength = 600;

/** @returns whether it leads to the pages before and behind, as above and below a chapter */
export function turnsPages(element: Element): boolean {
  const { name } = element;
  if (!/^(?:div|table|p)$/.test(name) || textLength(element) > maxLength) return false;
  const classes = classesOf(element);
  const isNavigation = navigation.test(classes);
  const isNamed = turning.test(classes) || (isNavigation && name === 'table');
  if (!isNamed && !isNavigation && !holdsTurn(element)) return false;
  if (hasInside(element, (inner) => isHeading(inner) || inner.name === 'pre')) return false;
  return isNamed || isNothingElse(element);
}

/** Whether each of its links turns a page, or stands behind a label: `Next: …, Up: …`. */
function isNothingElse(element: Element): boolean {
  const unlinked = unlinkedText(element);
  if (firstLabel.test(unlinked)) return !/\p{L}/u.test(unlinked.replaceAll(labels, ''));
  const links = findAll(element, ({ name }) => name === 'a');
  const isEach = links.every((link) => isOf(link, turnOrStart));
  return (
    isEach &&
    links.some((link) => isOf(link, turn)) &&
    unlinked.trim().length * 2 < textLength(element)
  );
}

const holdsTurn: (element: Element) => boolean = perElement(({ children }) =>
  children.some((child) => isElement(child) && (isOf(child, turnOrStart) || holdsTurn(child))),
);

/** By what a link says of the page that it leads to. */
function isOf({ name, attributes }: Element, relation: RegExp): boolean {
  const relations = name === 'a' ? attributes.get('rel') : undefined;
  return relations !== undefined && relations.split(/\s+/).some((one) => relation.test(one));
}

function unlinkedText(node: Element | string): string {
  if (!isElement(node)) return node;
  return node.name === 'a' ? '' : node.children.map(unlinkedText).join('');
}
