import { isElement, perElement } from './tree.ts';
import type { Element } from './tree.ts';

export const inline = new Set('b strong i em code del s strike sub sup kbd mark q'.split(' '));
export const lists = new Set(['ul', 'ol', 'blockquote']);
export const paragraphs = new Set('p dt figcaption caption legend summary address'.split(' '));
export const blocks = new Set(
  (
    'div section article main header footer aside nav form fieldset details dl dd figure hgroup ' +
    'center body html table thead tbody tfoot tr td th dialog search picture'
  ).split(' '),
);

export function isHeading({ name }: Element): boolean {
  return /^h[1-6]$/.test(name);
}

/** @returns the heading that an element stands in, or the nearest element around it of a name */
export function findTitle(element: Element, name?: string): Element | undefined {
  let title = element.parent;
  while (title !== undefined && !isHeading(title) && title.name !== name) title = title.parent;
  return title;
}

/** @returns whether it stands on lines of its own */
export function isBlock(element: Element): boolean {
  const { name } = element;
  return (
    blocks.has(name) ||
    paragraphs.has(name) ||
    isHeading(element) ||
    /^(?:ul|ol|pre|blockquote)$/.test(name)
  );
}

/** @returns whether a block is in it, however deep */
export function holdsBlock(element: Element): boolean {
  // Of the many elements with text alone nothing has to be remembered.
  return element.children.some(isElement) && holdsBlockBelow(element);
}

const holdsBlockBelow = perElement(({ children }) =>
  children.some((child) => isElement(child) && (isBlock(child) || holdsBlock(child))),
);

/** @returns whether a custom element holds blocks, or has no text beside it */
export function isBlockOfItsOwn(element: Element): boolean {
  // It stands where its macro stands.
  if (element.name === 'ac:parameter' && element.parent !== undefined)
    return isBlockOfItsOwn(element.parent);
  if (holdsBlock(element)) return true;
  return element.parent === undefined || !holdsText(element.parent);
}

const holdsText = perElement(({ children }) =>
  children.some((node) => !isElement(node) && node.trim() !== ''),
);
