import { partOfClass } from './class-pattern.ts';
import { attributeOf, classesOf, hasInside, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** A column or an element of line numbers, by the names that highlighters give it. */
const lineNumber = partOfClass(`
  ln lnt lno lntd-num gutters? linenos? linenodiv line-?n[or] line-?nums? line-?numbers?
  lines-num blob-num crayon-nums? hljs-ln-n codelinenumber diff-line-num lineNumbers
`);
/** Beside such a column, also where it has a number as data. */
const partOfCode = partOfClass('code content blob-code(?:-inner)?');

/**
 * @param also what else than digits and blanks its text may be
 * @returns whether it numbers lines, beside the code or in it
 */
export function isLineNumber(element: Element, also?: RegExp): boolean {
  const classes = classesOf(element);
  // Prism has the class on code that gets numbers.
  if (element.name === 'pre' && (/line-numbers|lang/.test(classes) || holdsCode(element)))
    return false;
  const number = element.attributes.get('data-line-number');
  if (number === undefined && !lineNumber.test(classes)) return isUnselectable(element);
  if (partOfCode.test(classes)) return false;
  const text = textOf(element).trim();
  if (number !== undefined) return text === '' || text === number;
  return /^[\s\d]*$/.test(text) || also?.test(text) === true;
}

function holdsCode({ children }: Element): boolean {
  return children.some((child) => isElement(child) && child.name === 'code');
}

/** Chroma without style sheets: a number that is not copied with the code. */
function isUnselectable(element: Element): boolean {
  return (
    /user-select\s*:\s*none/i.test(attributeOf(element, 'style')) &&
    /^\s*\d+\s*$/.test(textOf(element))
  );
}

/** @returns whether a cell has nothing but numbers of lines */
export function isNumbers(cell: Element): boolean {
  if (isLineNumber(cell)) return true;
  if (!/^[\s\d]*\d[\s\d]*$/.test(textOf(cell))) return false;
  if (hasInside(cell, isPre) || hasInside(cell, isLineLink)) return true;
  // The cell has none: the code is in another one of its row.
  return (
    hasInside(cell, ({ name }) => name === 'br' || name === 'div') &&
    cell.parent !== undefined &&
    holdsPre(cell.parent)
  );
}

/** A link to the line that it numbers. */
function isLineLink({ name, attributes }: Element): boolean {
  return name === 'a' && /^#L(?:ine)?-?\d+$/i.test(attributes.get('href') ?? '');
}

const isPre = ({ name }: Element): boolean => name === 'pre';
/** @returns whether it is a link to itself that has nothing but a number, as of rustdoc and LXR */
export function isNumberedPlace({ name, attributes, children }: Element): boolean {
  const [number] = children;
  if (name !== 'a' || children.length !== 1 || typeof number !== 'string') return false;
  const id = attributes.get('id') ?? attributes.get('name');
  const digits = number.trim();
  return (
    /^\d+$/.test(digits) && attributes.get('href') === `#${id}` && id?.endsWith(digits) === true
  );
}

const holdsPre = perElement((row) => hasInside(row, isPre));
