import { partOfClass } from './class-pattern.ts';
import { isLineNumber, isNumbers } from './line-numbers.ts';
import { classesOf, hasInside } from './tree.ts';
import type { Element } from './tree.ts';

/** In code, what is no code: buttons to copy it, and the like. */
const codeControl = partOfClass(`
  copy copy-?btn copy-?button copy-?code code-copy clipboard zeroclipboard-container sr-only
  visually-hidden toolbar lang-label language-label buttonGroup\\S*
`);

/** @returns whether an element in code is no part of it: buttons, numbers, notes */
export function isNoCode(element: Element): boolean {
  if (/^(?:button|script|style|template|svg|clipboard-copy|noscript)$/.test(element.name))
    return true;
  const classes = classesOf(element);
  if (isLineNumber(element)) return true;
  if (classes !== '' && codeControl.test(classes))
    return !hasInside(element, ({ name }) => name === 'pre' || name === 'code');
  return (element.name === 'td' || element.name === 'th') && isNumbers(element);
}
