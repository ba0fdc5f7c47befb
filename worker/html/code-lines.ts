import { wholeClass } from './class-pattern.ts';
import { blocks, isLineElement } from './line-elements.ts';
import { isNoCode } from './no-code.ts';
import { attributeOf, classesOf, isElement } from './tree.ts';
import type { Element } from './tree.ts';

/** Of JSON whose parts can be folded, as Redoc shows it: a style sets each list in. */
const foldedList = wholeClass('collapsible');

/** @returns the code in an element, line by line */
export function readLines(code: Element): string {
  let text = '';
  /** The line before has ended, and its end is not written. */
  let isLineOver = false;
  /** As a block, which has another line after a break. */
  let isBlockOver = false;
  /** Where what leads a line ended: the code behind it may be in a block of its own. */
  let markEnd = -1;
  /** How many lists that are set in it stands in. */
  let depth = 0;
  const write = (part: string): void => {
    if (part === '') return;
    // Blanks between the elements of two lines are not shown.
    if (isLineOver && part.trim() === '' && !part.includes('\n')) return;
    if (isLineOver && !part.startsWith('\n')) text += `\n${'  '.repeat(depth)}`;
    isLineOver = false;
    text += part;
  };
  const startLine = (): void => {
    if (isLineOver) text += '\n';
    else if (text !== '' && text.length !== markEnd && !text.endsWith('\n')) text += '\n';
    isLineOver = false;
  };
  const visit = (node: Element | string): void => {
    if (!isElement(node)) {
      write(node);
      return;
    }
    if (node.name === 'br') {
      text += isLineOver && isBlockOver ? '\n\n' : '\n';
      isLineOver = false;
      return;
    }
    if (isNoCode(node)) return;
    const isLine = node !== code && isLineElement(node);
    if (!isLine) {
      if (node.attributes.has('data-code-marker')) write(diffMark(node));
      node.children.forEach(visit);
      return;
    }
    startLine();
    const lead = diffMark(node) || (node.name === 'li' ? '  '.repeat(depth) : '');
    const start = text.length + lead.length;
    text += lead;
    if (lead !== '') markEnd = start;
    const isFolded = node.name === 'ul' && foldedList.test(classesOf(node));
    if (isFolded) depth += 1;
    node.children.forEach(visit);
    if (isFolded) depth -= 1;
    isLineOver = text.length === start || !text.endsWith('\n');
    isBlockOver = blocks.has(node.name);
  };
  visit(code);
  return text;
}

/** The sign that a style sheet shows before a line that was added or removed. */
function diffMark(line: Element): string {
  const mark = attributeOf(line, 'data-code-marker').trim();
  if (mark !== '') return `${mark} `;
  const classes = ` ${classesOf(line)} `;
  if (/ diff add | ins | diff-add(?:ed)? /.test(classes)) return '+ ';
  return / diff remove | del | diff-(?:del|remove)d? /.test(classes) ? '- ' : '';
}
