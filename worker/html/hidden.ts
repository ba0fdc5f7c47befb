import { partOfClass } from './class-pattern.ts';
import { isHeading } from './elements.ts';
import type { Place } from './place.ts';
import {
  attributeOf,
  classesOf,
  hasInside,
  isElement,
  perElement,
  textLength,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';

const inline = new Set(
  (
    'a abbr b bdi big cite code del em font i ins kbd mark q s samp small span strong sub sup ' +
    'time tt u var'
  ).split(' '),
);
const blocks = /^(?:p|div|section|article|h[1-6]|ul|ol|dl|table|pre|blockquote|figure|details)$/;
/** In characters: a click shows longer ones, such as the rest of an article. */
const maxHiddenWords = 200;
const shownByClick = `
  accordion\\S* answers? collaps\\S* expand\\S* faqs? flip\\S* hint more\\S* read-?more\\S*
  reveal\\S* show-?more\\S* solution spoiler\\S* toggle\\S*
`;
const revealedClass = partOfClass(`${shownByClick} content details? panels? tabs?`);
const revealingClass = partOfClass(shownByClick);
/** Of frameworks that show an element once its condition holds. */
const condition = /^(?:x-|v-|ng-|:|@)/;

/** @returns whether an element is not shown by what it says of itself */
export function isHidden(element: Element): boolean {
  if (element.attributes.has('hidden') || element.attributes.has('popover')) return true;
  const style = element.attributes.get('style');
  return style !== undefined && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);
}

/** @returns whether a click shows it: panels of tabs, answers, what a formula stands in */
export function isRevealed(element: Element, role: string, { inContent }: Place): boolean {
  if (/^(?:status|alert|log|tooltip)$/.test(role)) return false;
  if (element.attributes.has('aria-live')) return false;
  if (role === 'tabpanel' || attributeOf(element, 'hidden') === 'until-found') return true;
  const label = `${classesOf(element)} ${attributeOf(element, 'id')}`;
  if (/copied|search|no-?results|feedback|cookie|modal|share|unauthorized/i.test(label))
    return false;
  if (!inContent && holdsTitle(element) && isMostOfPage(element)) return true;
  if (isHiddenWords(element)) return isWordsByControl(element);
  return (
    inContent ||
    element.attributes.has('aria-labelledby') ||
    followsControl(element) ||
    /tab|panel|accordion|collaps|expand|content|answer|spoiler|detail|faq/i.test(label)
  );
}

/** Which a script shows once it is loaded. */
function isMostOfPage(element: Element): boolean {
  let page = element;
  while (page.parent !== undefined) page = page.parent;
  return measureWords(element) * 2 > measureWords(page);
}

const holdsTitle: (element: Element) => boolean = perElement(({ children }) =>
  children.some((child) => isElement(child) && (child.name === 'h1' || holdsTitle(child))),
);

const measureWords: (element: Element) => number = perElement(({ name, children }) => {
  if (/^(?:script|style|template|noscript|svg|head)$/.test(name)) return 0;
  return children.reduce(
    (sum, child) => sum + (isElement(child) ? measureWords(child) : child.trim().length),
    0,
  );
});

/** Whether what opens it stands right before it: a button, a link to it, a heading, its term. */
function followsControl(element: Element): boolean {
  const before = element.parent && elementsBefore(element.parent).get(element);
  if (before === undefined) return false;
  if (isHeading(before) || (element.name === 'dd' && before.name === 'dt')) return true;
  return opensMore(before) || hasInside(before, opensMore);
}

/** A place in the page, or a script that does not leave or print it. */
const opening =
  /^#.|^\s*javascript:(?!\s*(?:(?:window|self|document)\.)?(?:print|close|history|open|location)\b)/i;

function opensMore(element: Element): boolean {
  if (isOperated(element)) return true;
  return element.name === 'a' && opening.test(attributeOf(element, 'href'));
}

function isOperated({ name, attributes }: Element): boolean {
  if (name === 'button' || name === 'summary' || attributes.get('role') === 'button') return true;
  return ['onclick', 'aria-controls', 'aria-expanded'].some((one) => attributes.has(one));
}

/** Words for programs in a sentence or a cell, such as the key that a column is sorted by. */
function isHiddenWords(element: Element): boolean {
  const { attributes, name, parent } = element;
  if (!inline.has(name) || attributes.has('id') || attributes.has('aria-labelledby')) return false;
  if (textLength(element) > maxHiddenWords || revealedClass.test(classesOf(element))) return false;
  if ([...attributes.keys()].some((one) => condition.test(one))) return false;
  if (hasInside(element, isNoWord)) return false;
  return parent === undefined || holdsText(parent) || !holdsBlock(parent);
}

/** A block, or one form of a formula. */
function isNoWord({ name, attributes }: Element): boolean {
  return blocks.test(name) || name === 'math' || (attributes.get('type') ?? '').startsWith('math/');
}

const holdsText = perElement(({ children }) =>
  children.some((node) => !isElement(node) && node.trim() !== ''),
);
const holdsBlock = perElement(({ children }) =>
  children.some((node) => isElement(node) && blocks.test(node.name)),
);

/** Whether what shows hidden words stands around them or beside them: `Show`, `more`. */
function isWordsByControl(element: Element): boolean {
  const { parent } = element;
  if (parent === undefined) return false;
  if (isRevealing(parent)) return true;
  const before = elementsBefore(parent).get(element);
  const after = elementsAfter(parent).get(element);
  if (before !== undefined && !isNoteSign(before) && followsControl(element)) return true;
  return [before, after].some((one) => one && (showsWords(one) || hasInside(one, showsWords)));
}

/** What a button or a link hides of itself is its other state. */
const isRevealing = perElement(
  (element) =>
    revealingClass.test(classesOf(element)) ||
    (!/^(?:a|button|summary)$/.test(element.name) && isOperated(element)),
);

/** A link that leads nowhere is there for a script. */
function showsWords(element: Element): boolean {
  const href = element.name === 'a' ? element.attributes.get('href') : undefined;
  return isOperated(element) || (href !== undefined && /^\s*(?:#?$|javascript:)/i.test(href));
}

function isNoteSign(element: Element): boolean {
  return element.name === 'sup' || /^[\s[\]()\p{N}*†‡]*$/u.test(textOf(element));
}

/** By each element in it but the first, the one before; one row may open several behind it. */
const elementsBefore = perElement(({ children }) => {
  const before = new Map<Element, Element>();
  let last: Element | undefined;
  for (const element of children.filter(isElement)) {
    const opener = isHiddenRow(element) && isHiddenRow(last) ? before.get(last) : undefined;
    if (last !== undefined) before.set(element, opener ?? last);
    last = element;
  }
  return before;
});

function isHiddenRow(element: Element | undefined): element is Element {
  return element?.name === 'tr' && isHidden(element);
}

const elementsAfter = perElement(({ children }) => {
  const elements = children.filter(isElement);
  return new Map(elements.slice(0, -1).map((element, index) => [element, elements[index + 1]]));
});
