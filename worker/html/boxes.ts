import { isBadge, touchesBefore } from './badges.ts';
import { partOfClass, wholeClass } from './class-pattern.ts';
import { endOf, neighboursOf, startOf } from './neighbours.ts';
import { classesOf, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** Whose parts are lines or labels by a style, without a class of their own. */
const holdsLabels = wholeClass('t-lines mlabels');
/** A name that people gave; those of programs, such as `T1` or `css-1x`, part a word anywhere. */
const givenName = /^[a-z]{4,}(?:[-_]+[a-z]+)*$/i;
/** Of a text that was edited, found or shortened, a part of a word or of a URL. */
const partOfWord = wholeClass(`
  \\S*run spelle grame \\S*highlight\\S* \\S*match\\S* mark(?:ed)? found search\\S* invisible ellipsis
  letters? chars? glyphs? syl\\S* word-?part drop-?cap\\S* first\\S* hljs\\S* token sig\\S* tsd\\S* kind
  katex\\S* mord
`);
/** What says how letters look. */
const look = partOfClass(`
  text font style span bold italic underline normal colou?r gradient nowrap hyphen stress accent
  emphasis strong bidi
`);

/**
 * @returns whether it is a box right behind another one: labels of one class, or the title and the
 *   words of a card, which a style parts without a blank between them
 */
export function isBoxBehindBox(element: Element): boolean {
  const { name, parent } = element;
  if (name !== 'span' || parent === undefined || isBadge(element)) return false;
  const { before } = neighboursOf(element);
  if (before === undefined || !isElement(before) || !touchesBefore(element)) return false;
  const boxes = boxesIn(parent);
  if (boxes === 'labels') return /[\p{L}\p{N}]{2}$/u.test(endOf(before)) && isWord(element);
  return boxes === 'card' && /[\p{Ll}\p{N}]$/u.test(endOf(before)) && startsWithCapital(element);
}

function isWord(element: Element): boolean {
  return /^[\p{L}\p{N}]{2}/u.test(startOf(element));
}

function startsWithCapital(element: Element): boolean {
  return /^\p{Lu}\p{Ll}/u.test(startOf(element));
}

/** What the parts of an element are that has no words beside them. */
const boxesIn = perElement(({ name, children, attributes }): 'labels' | 'card' | undefined => {
  const parts = children.filter((node) => isElement(node) || node.trim() !== '');
  if (parts.length < 2 || !parts.every(isSpan)) return undefined;
  const [first = '', ...others] = parts.map(firstClass);
  const isOneKind = givenName.test(first) && others.every((other) => other === first);
  if (parts.some((part) => partOfWord.test(firstClass(part)))) return undefined;
  if ((isOneKind && !look.test(first)) || holdsLabels.test(attributes.get('class') ?? ''))
    return 'labels';
  return name === 'a' ? 'card' : undefined;
});

function isSpan(node: Element | string): node is Element {
  return isElement(node) && node.name === 'span';
}

function firstClass(element: Element): string {
  return classesOf(element).trim().split(/\s/, 1)[0] ?? '';
}

/** @returns whether it is a date or the like, which a style parts from the link before it. */
export function isAside(element: Element): boolean {
  return /^(?:time|small|span)$/.test(element.name) && /^[\p{L}\p{N}]{2}/u.test(textOf(element));
}
