import { isSiteTitle } from './site-parts.ts';
import { attributeOf, classesOf, findAll, hasInside, isElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

export interface Content {
  /** The main part, where the page names exactly one that holds its text. */
  readonly main: Element | undefined;
  /** The heading of the page that some sites put outside of that. */
  readonly heading: Element | undefined;
}

/** Of text outside of the main part, in characters: less may be a notice of the site. */
const minOutside = 200;
/** With so many times the text of the main part, what is outside of it is the page. */
const outsideFactor = 4;
const named =
  /(?:^|\s)(?:main-content|content|wiki-content|markdown-body|(?:post|entry|page|article)-(?:content|body))(?:$|\s)/i;

export function findContent(root: Element): Content {
  const mains = findAll(root, isMain).filter(({ attributes }) => !attributes.has('hidden'));
  const [main] = mains;
  if (main === undefined || mains.length > 1 || isElsewhere(root, main))
    return { main: undefined, heading: undefined };
  if (hasInside(main, isTitle)) return { main, heading: undefined };
  const heading = findAll(root, (element) => isTitle(element) || isOutsideTitle(element)).find(
    (element) => isTitle(element) && !isSiteTitle(element) && textOf(element).trim() !== '',
  );
  return { main, heading };
}

/** @returns whether an element is, or holds, a main part of a page by its name */
export function isContent(element: Element): boolean {
  return (
    isMain(element) ||
    element.name === 'article' ||
    named.test(classesOf(element)) ||
    named.test(attributeOf(element, 'id'))
  );
}

/** Some sites mark no more than a greeting or a breadcrumb as the main part. */
function isElsewhere(root: Element, main: Element): boolean {
  const most = Math.max(minOutside, outsideFactor * measureText(main));
  return measureProse(root, main) >= most;
}

/** In paragraphs, code, lists and cells; links may be a menu. */
function measureProse(element: Element, main: Element): number {
  let length = 0;
  for (const child of element.children) {
    if (!isElement(child) || child === main || isAround(child)) continue;
    const isProse = /^(?:p|pre|li|dd|td)$/.test(child.name);
    length += isProse ? measureText(child, true) : measureProse(child, main);
  }
  return length;
}

function measureText(element: Element, isUnlinked = false): number {
  let length = 0;
  for (const child of element.children) {
    if (!isElement(child)) length += child.trim().length;
    else if (!isUnread(child) && !(isUnlinked && child.name === 'a'))
      length += measureText(child, isUnlinked);
  }
  return length;
}

function isUnread({ name }: Element): boolean {
  return /^(?:script|style|template|noscript|svg|title|option)$/.test(name);
}

function isAround(element: Element): boolean {
  if (/^(?:nav|aside|header|footer|dialog|form|head)$/.test(element.name)) return true;
  return isUnread(element) || element.attributes.has('hidden');
}

function isMain(element: Element): boolean {
  return element.name === 'main' || attributeOf(element, 'role').toLowerCase() === 'main';
}

function isTitle({ name }: Element): boolean {
  return name === 'h1';
}

function isOutsideTitle({ name }: Element): boolean {
  return /^(?:main|nav|aside|footer|dialog|template|noscript|svg)$/.test(name);
}
