import { isElement, perElement } from './tree.ts';
import type { Element } from './tree.ts';

export const inline = new Set('b strong i em code del s strike sub sup kbd mark q'.split(' '));
export const lists = new Set(['ul', 'ol', 'blockquote']);
const paragraphs = new Set('p dt figcaption caption legend summary address'.split(' '));
export const blocks = new Set(
  (
    'div section article main header footer aside nav form fieldset details dl dd figure hgroup ' +
    'center body html table thead tbody tfoot tr td th dialog search picture'
  ).split(' '),
);

/** @returns whether it has the words of a paragraph, also where Mintlify writes one as `<span>` */
export function isParagraph({ name, attributes }: Element): boolean {
  return paragraphs.has(name) || (name === 'span' && attributes.get('data-as') === 'p');
}

export function isHeading(element: Element): boolean {
  return nameOfHeading(element) !== undefined;
}

/** @returns the name that a heading has in HTML, also one of another element by its role */
export function nameOfHeading(element: Element): string | undefined {
  const { name, attributes } = element;
  if (/^h[1-6]$/.test(name)) return name;
  if (attributes.get('role') !== 'heading' || !/^(?:div|span|p)$/.test(name)) return undefined;
  if (holdsHeading(element)) return undefined;
  // The title of a note has the role, too, without a level.
  const level = attributes.get('aria-level') ?? '';
  if (!/^\d{1,2}$/.test(level)) return undefined;
  return `h${Math.min(6, Math.max(1, Number(level)))}`;
}

const holdsHeading: (element: Element) => boolean = perElement(({ children }) =>
  children.some(
    (child) => isElement(child) && (/^h[1-6]$/.test(child.name) || holdsHeading(child)),
  ),
);

/** @returns the heading that an element stands in, or the nearest element around it of a name */
export function findTitle(element: Element, name?: string): Element | undefined {
  let title = element.parent;
  while (title !== undefined && !isHeading(title) && title.name !== name) title = title.parent;
  return title;
}

/** Whether it stands on lines of its own. */
function isBlock(element: Element): boolean {
  const { name } = element;
  return (
    blocks.has(name) ||
    isParagraph(element) ||
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
