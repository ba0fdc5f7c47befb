import { partOfClass, wholeClass } from './class-pattern.ts';
import { languageOf } from './code-language.ts';
import {
  attributeOf,
  classesOf,
  findAll,
  hasInside,
  isElement,
  perElement,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';

export interface Code {
  readonly text: string;
  /** As the page names it; empty when it does not. */
  readonly language: string;
}

/** A column or an element of line numbers, by the names that highlighters give it. */
const lineNumber = partOfClass(`
  ln lnt lno lntd-num gutters? linenos? linenodiv line-?n[or] line-?nums? line-?numbers?
  lines-num blob-num crayon-nums? hljs-ln-n codelinenumber diff-line-num lineNumbers
`);
/** Beside such a column, also where it has a number as data. */
const partOfCode = partOfClass('code content blob-code(?:-inner)?');
/** An element that is one line, or starts a line of its own. */
const lineClass = wholeClass(`
  line code-?line token-line ec-line view-line cm-line CodeMirror-line hljs-ln-line code__line
  react-code-line-contents\\S* highlight-line source-line row-line li-line ace_line crayon-line
`);
const blocks = new Set('div p li tr ol ul pre section table tbody figure dd dt'.split(' '));
/** In code, what is no code: buttons to copy it, and the like. */
const codeControl = partOfClass(`
  copy copy-?btn copy-?button copy-?code code-copy clipboard zeroclipboard-container sr-only
  visually-hidden toolbar lang-label language-label buttonGroup\\S*
`);
/** Editors and highlighters that have no `<pre>` around all lines. */
const codeViews = wholeClass(`
  CodeMirror-code cm-content view-lines react-code-lines syntaxhighlighter hljs-container ec-lines
  ace_text-layer crayon-pre enlighter
`);
const fragment = wholeClass('fragment');
/** Of a text that may be edited, and is shown as an example. */
const exampleClass = /(?:^|[\s_-])(?:source|example|code|exampleCode)(?:$|[\s_-])/i;
/** @returns the code that this element shows as a block; undefined where it shows none */
export function readCodeBlock(element: Element): Code | undefined {
  if (!isCodeBlock(element)) return undefined;
  if (isSecondForm(element)) return { text: '', language: '' };
  const read = codeOf(element);
  // What was taken for numbers and buttons is all that there is.
  const text = read.trim() === '' ? textOf(element) : read;
  const firstLine = text.lastIndexOf('\n', text.search(/\S/)) + 1;
  return { text: text.slice(firstLine).trimEnd(), language: languageOf(element) };
}

/** The plain form that Crayon and EnlighterJS keep of what they show near it. */
function isSecondForm(element: Element): boolean {
  if (!plainForm.test(classesOf(element))) return false;
  const around = element.name === 'textarea' ? element.parent?.parent : element.parent;
  return around !== undefined && holdsShownForm(around);
}

const plainForm = wholeClass('crayon-plain EnlighterJSRAW');
const shownForm = wholeClass('crayon-pre enlighter');
const holdsShownForm = perElement((around) =>
  hasInside(around, (inner) => shownForm.test(classesOf(inner))),
);

function isCodeBlock(element: Element): boolean {
  switch (element.name) {
    case 'pre':
    case 'xmp':
    case 'listing':
    case 'plaintext':
      return true;
    case 'table':
      return isCodeTable(element);
    case 'textarea':
      return element.attributes.has('readonly') || exampleClass.test(classesOf(element));
    case 'code':
      return (
        isBlockStyle(element) || hasInside(element, ({ name }) => name === 'br' || name === 'div')
      );
    case 'div':
    case 'section':
      return (isCodeView(element) && !hasInside(element, isPlainPre)) || isPastedCode(element);
    default:
      return false;
  }
}

/** As editors such as VS Code copy it. */
function isPastedCode(element: Element): boolean {
  const style = attributeOf(element, 'style');
  return (
    /white-space\s*:\s*(?:pre|break-spaces)\b(?!-line)/i.test(style) &&
    /font[^;]*(?:mono|courier|consolas|menlo)/i.test(style)
  );
}

/** Doxygen's name is also that of a step of a presentation. */
function isCodeView(element: Element): boolean {
  if (codeViews.test(classesOf(element))) return true;
  const isLine = (inner: Element): boolean => lineClass.test(classesOf(inner));
  return fragment.test(classesOf(element)) && hasInside(element, isLine);
}

/** One with all of the code, where an editor has one for each line. */
function isPlainPre(element: Element): boolean {
  return (element.name === 'pre' || isTable(element)) && !lineClass.test(classesOf(element));
}

const isPre = ({ name }: Element): boolean => name === 'pre';

function isTable({ name }: Element): boolean {
  return name === 'table';
}

function isBlockStyle(element: Element): boolean {
  return /display\s*:\s*block|white-space\s*:\s*(?:pre|break-spaces)/i.test(
    attributeOf(element, 'style'),
  );
}

/** A table whose every row has numbers of lines and, beside them, code. */
function isCodeTable(table: Element): boolean {
  const rows = rowsOf(table);
  const isCode = wholeClass('code').test(classesOf(table));
  const isRow = (cells: readonly Element[]): boolean =>
    isCodeRow(cells) || (isCode && cells.length === 2 && cells.some(isNumbers));
  return rows.some((cells) => cells.some(isNumbers)) && rows.every(isRow);
}

function isCodeRow(cells: readonly Element[]): boolean {
  const others = cells.filter((cell) => !isNumbers(cell));
  return others.length === 0 || (others.length <= 2 && others.every(isCodeCell));
}

function isNumbers(cell: Element): boolean {
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

const holdsPre = perElement((row) => hasInside(row, isPre));

function isCodeCell(cell: Element): boolean {
  return (
    /code|blob|hljs|rouge|lntd|line-content|(?:^|\s)(?:lines?|src|source)(?:$|[\s-])/i.test(
      classesOf(cell),
    ) || hasInside(cell, ({ name }) => name === 'pre' || name === 'code')
  );
}

function rowsOf(table: Element): Element[][] {
  return findAll(table, ({ name }) => name === 'tr' || name === 'table')
    .filter(({ name }) => name === 'tr')
    .map((row) =>
      row.children.filter(isElement).filter(({ name }) => name === 'td' || name === 'th'),
    );
}

/** Writes the code in an element, line by line. */
function codeOf(code: Element): string {
  let text = '';
  /** The line before has ended, and its end is not written. */
  let isLineOver = false;
  /** As a block, which has another line after a break. */
  let isBlockOver = false;
  /** Where the mark of a line ended: the code behind it may be in a block of its own. */
  let markEnd = -1;
  const write = (part: string): void => {
    if (part === '') return;
    // Blanks between the elements of two lines are not shown.
    if (isLineOver && part.trim() === '' && !part.includes('\n')) return;
    if (isLineOver && !part.startsWith('\n')) text += '\n';
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
    if (isCodeControl(node)) return;
    const isLine = node !== code && isLineElement(node);
    if (!isLine) {
      if (node.attributes.has('data-code-marker')) write(diffMark(node));
      node.children.forEach(visit);
      return;
    }
    startLine();
    const mark = diffMark(node);
    const start = text.length + mark.length;
    text += mark;
    if (mark !== '') markEnd = start;
    node.children.forEach(visit);
    isLineOver = text.length === start || !text.endsWith('\n');
    isBlockOver = blocks.has(node.name);
  };
  visit(code);
  return text;
}

function isLineElement(element: Element): boolean {
  return (
    blocks.has(element.name) ||
    lineClass.test(classesOf(element)) ||
    ((element.name === 'span' || element.name === 'code') &&
      (element.attributes.has('data-line') || isBlockStyle(element)))
  );
}

function isCodeControl(element: Element): boolean {
  if (/^(?:button|script|style|template|svg|clipboard-copy|noscript)$/.test(element.name))
    return true;
  const classes = classesOf(element);
  if (isLineNumber(element)) return true;
  if (classes !== '' && codeControl.test(classes))
    return !hasInside(element, ({ name }) => name === 'pre' || name === 'code');
  return (element.name === 'td' || element.name === 'th') && isNumbers(element);
}

/** @returns whether it numbers lines, beside the code or in it */
export function isLineNumber(element: Element): boolean {
  const classes = classesOf(element);
  // Prism has the class on code that gets numbers.
  if (element.name === 'pre' && (/line-numbers|lang/.test(classes) || holdsCode(element)))
    return false;
  const number = element.attributes.get('data-line-number');
  if (number === undefined && !lineNumber.test(classes)) return isUnselectable(element);
  if (partOfCode.test(classes)) return false;
  const text = textOf(element).trim();
  return number === undefined ? /^[\s\d]*$/.test(text) : text === '' || text === number;
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

/** The sign that a style sheet shows before a line that was added or removed. */
function diffMark(line: Element): string {
  const mark = attributeOf(line, 'data-code-marker').trim();
  if (mark !== '') return `${mark} `;
  const classes = ` ${classesOf(line)} `;
  if (/ diff add | ins | diff-add(?:ed)? /.test(classes)) return '+ ';
  return / diff remove | del | diff-(?:del|remove)d? /.test(classes) ? '- ' : '';
}
