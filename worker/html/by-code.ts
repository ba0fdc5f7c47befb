import { partOfClass, wholeClass } from './class-pattern.ts';
import { neighboursOf } from './neighbours.ts';
import { classesOf, isElement, perElement, textLength } from './tree.ts';
import type { Element } from './tree.ts';

/** What is around the code of a line: a cell, a gutter, a link. */
const maxLevels = 3;
const codeClass = partOfClass(`
  code(?:-?mirror)? hljs highlight(?:er)? source blob line-?content line-?text view-lines?
  codeline ec-line text-layer
`);
/** Of Bootstrap: columns without space between them. */
const noGutters = wholeClass('no-gutters?');

/**
 * @returns whether code is near an element that has the class of line numbers: what else has it,
 *   such as a line of a bus or a row of an order, is part of the text
 */
export function standsByCode(element: Element): boolean {
  if (noGutters.test(classesOf(element))) return false;
  // No word of a text touches a number.
  const { behind } = neighboursOf(element);
  if (typeof behind === 'string' && /^\S/.test(behind)) return true;
  const length = textLength(element);
  let inner = element;
  for (let level = 0; level < maxLevels; level += 1) {
    const { parent } = inner;
    if (parent === undefined) return false;
    const { count, one } = codeIn(parent);
    if (count > 1 || (count === 1 && one !== inner)) return true;
    if (!isCell(parent) && textLength(parent) > length) return false;
    inner = parent;
  }
  return false;
}

function isCell({ name }: Element): boolean {
  return name === 'td' || name === 'th';
}

/** How many of its children hold code, and one of them. */
const codeIn = perElement(({ children }) => {
  const holding = children.filter(
    (child) => isElement(child) && (isCode(child) || holdsCode(child)),
  );
  return { count: holding.length, one: holding[0] };
});

const holdsCode: (element: Element) => boolean = perElement(({ children }) =>
  children.some((child) => isElement(child) && (isCode(child) || holdsCode(child))),
);

function isCode(element: Element): boolean {
  return /^(?:pre|code|samp)$/.test(element.name) || codeClass.test(classesOf(element));
}
