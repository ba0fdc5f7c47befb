import { partOfClass, wholeClass } from './class-pattern.ts';
import { isTitleRow } from './code-tables.ts';
import { isHidden } from './hidden.ts';
import { holdsLine } from './line-elements.ts';
import { isLineNumber, isNumberedPlace, isNumbers } from './line-numbers.ts';
import { endOf, neighboursOf, startOf } from './neighbours.ts';
import { attributeOf, classesOf, hasInside, isElement, textLength } from './tree.ts';
import type { Element } from './tree.ts';

const names = /^(?:button|script|style|template|svg|clipboard-copy|noscript|select|dialog)$/;
/** In code, what is no code: buttons to copy it, and the like. */
const codeControl = partOfClass(`
  copy copy-?btn copy-?button copy-?code code-copy clipboard zeroclipboard-container sr-only
  visually-hidden screen-reader-text toolbar toolbox lang-label language-label buttonGroup\\S*
`);
/**
 * What a pointer shows, by the names of Twoslash and Doxygen, and what its first version adds; what
 * LaTeXML adds to a listing.
 */
const codeNote = wholeClass(`
  twoslash-popup-\\S+ ttc tooltip-?text tooltip-?content language-id error-behind playground-link
  ltx_listing_data ltx_tag_listingline
`);
/** Behind the message of a compiler, its copy. */
const messageCopy = wholeClass('error-behind');
const message = wholeClass('error');
/** A number and the sign between it and the line. */
const signedNumber = /^\d[\s\d:.|)]*$/;

/** @returns whether an element in code is no part of it: buttons, numbers, notes, hidden words */
export function isNoCode(element: Element): boolean {
  const { name } = element;
  if (names.test(name) || isTitleRow(element)) return true;
  if (element.attributes.size === 0 && name !== 'td' && name !== 'th') return false;
  if (isHidden(element) && !isCollapsed(element)) return true;
  if (/^(?:tooltip|status|alert)$/.test(attributeOf(element, 'role'))) return true;
  const classes = classesOf(element);
  if (isLineNumber(element, signedNumber) || isNumberedPlace(element)) return true;
  if (classes !== '' && (codeNote.test(classes) || isMessage(element))) return true;
  if (classes !== '' && codeControl.test(classes)) return !hasInside(element, isCode);
  return (name === 'td' || name === 'th') && isNumbers(element);
}

/** Code that a click shows, and blanks that keep others in their column. */
function isCollapsed(element: Element): boolean {
  if (element.name === 'textarea') return false;
  if (isCode(element) || holdsLine(element)) return true;
  if (textLength(element) === 0) return true;
  const { before, behind } = neighboursOf(element);
  return (
    (isBreak(before) || endOf(before).endsWith('\n')) &&
    (isBreak(behind) || startOf(behind).startsWith('\n'))
  );
}

function isCode({ name }: Element): boolean {
  return name === 'pre' || name === 'code';
}

function isBreak(node: Element | string | undefined): boolean {
  return node !== undefined && isElement(node) && node.name === 'br';
}

/** Which stands below the line that it is for. */
function isMessage(element: Element): boolean {
  if (!message.test(classesOf(element))) return false;
  const { behind } = neighboursOf(element);
  return behind !== undefined && isElement(behind) && messageCopy.test(classesOf(behind));
}
