import { wholeClass } from './class-pattern.ts';
import { endOf } from './neighbours.ts';
import { linesIn } from './pre-parts.ts';
import { attributeOf, classesOf, isElement, perElement } from './tree.ts';
import type { Element } from './tree.ts';

/** An element that is one line, or starts a line of its own. */
export const lineClass = wholeClass(`
  line code-?line token-line ec-line view-line cm-line CodeMirror-line hljs-ln-line code__line
  react-code-line-contents\\S* highlight-line source-line row-line li-line ace_line crayon-line
`);
/** Which are lines of their own also in code. */
export const blocks = new Set('div p li tr ol ul pre section table tbody figure dd dt'.split(' '));
/** The second is Atlassian's, in Confluence, Jira and Bitbucket. */
const lineData = ['data-line', 'data-ds--code--row'];

/** @returns whether it is one line of code, or starts one */
export function isLineElement(element: Element): boolean {
  const { name, attributes, parent } = element;
  if (blocks.has(name) || lineClass.test(classesOf(element))) return true;
  if (name !== 'span' && name !== 'code') return false;
  if (lineData.some((one) => attributes.has(one)) || isBlockStyle(element)) return true;
  return parent?.name === 'pre' && linesIn(parent).has(element);
}

export function isBlockStyle(element: Element): boolean {
  return /display\s*:\s*block|white-space\s*:\s*(?:pre|break-spaces)/i.test(
    attributeOf(element, 'style'),
  );
}

/** @returns whether an element in code has the end of a line in it, or is a line */
export function holdsLine(element: Element): boolean {
  return isLineElement(element) || element.name === 'br' || holdsLineBelow(element);
}

const holdsLineBelow = perElement(({ children }) =>
  children.some((child) => (isElement(child) ? holdsLine(child) : child.includes('\n'))),
);

/** @returns whether it is code of several lines, though no `<pre>` is around it, and no more */
export function holdsLines(code: Element): boolean {
  if (code.children.some((child) => !isElement(child) && child.trim() !== '')) return false;
  if (countLines(code) > 1) return true;
  const isEnded = (child: Element): boolean => child.name === 'span' && endOf(child).endsWith('\n');
  return code.children.filter(isElement).filter(isEnded).length > 1;
}

/**
 * In it. A line alone may be in a sentence, as of rehype-pretty-code. Blocks, and what is in them,
 * are none: a `<code>` without its end has all that follows in it.
 */
export const countLines: (code: Element) => number = perElement(({ children }) =>
  children
    .filter(isElement)
    .filter(({ name }) => !blocks.has(name))
    .reduce((sum, child) => sum + (isLineElement(child) ? 1 : countLines(child)), 0),
);
