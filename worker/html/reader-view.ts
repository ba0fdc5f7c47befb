import { readCodeBlock } from './code.ts';
import { readFormula } from './formulas.ts';
import { isPermalink } from './permalinks.ts';
import { isShadowRoot, noSlotted, slottedOf } from './shadow-root.ts';
import type { Slotted } from './shadow-root.ts';
import { isLeftOut } from './surroundings.ts';
import type { Place } from './surroundings.ts';
import { readTable, spanOf, widthOf } from './table.ts';
import { attributeOf, classesOf, hasInside, isElement, isWithin, perElement } from './tree.ts';
import type { Element } from './tree.ts';

interface Context extends Place {
  readonly inHeading: boolean;
  readonly inCell: boolean;
  /** What stands in the host of a shadow root, for its slots. */
  readonly slotted: Slotted;
  /** Of a page that has nothing but surroundings. */
  readonly keepsAll: boolean;
}

const inline = new Set('b strong i em code del s strike sub sup kbd mark q'.split(' '));
const lists = new Set(['ul', 'ol', 'blockquote']);
const paragraphs = new Set('p dt figcaption caption legend summary address'.split(' '));
const blocks = new Set(
  (
    'div section article main header footer aside nav form fieldset details dl dd figure hgroup ' +
    'center body html table thead tbody tfoot tr td th dialog search picture'
  ).split(' '),
);
/** Boxes in a line, which a style parts from their neighbours. */
const boxes = new Set(['button', 'label', 'output', 'a', 'text', 'tspan']);
const sentences = /^(?:p|li|dt|dd|td|th|h[1-6]|summary|figcaption|caption|label|legend)$/;
const heading = /^h[1-6]$/;
const content =
  /(?:^|\s)(?:main-content|content|wiki-content|markdown-body|(?:post|entry|page|article)-(?:content|body))(?:$|\s)/i;

/**
 * Writes what a reader of the page sees as plain HTML, each thing once and in its order: no menus
 * and controls, code as `<pre>` with its lines, formulas as text, what is behind tabs, nothing but
 * words in cells.
 *
 * @param keepsAll for a page that has nothing but menus and the like
 */
export function writeReaderView(root: Element, keepsAll = false): string {
  let html = '';
  /** Where the last link ended: the words of two links side by side are two words. */
  let linkEnd = -1;
  /** Where the last block began or ended. */
  let blockEnd = 0;

  const writeAll = (nodes: readonly (Element | string)[], context: Context): void => {
    for (const node of nodes) write(node, context);
  };
  const write = (node: Element | string, context: Context): void => {
    if (isElement(node)) writeElement(node, context);
    else html += escapeText(node);
  };
  const wrap = (tag: string, element: Element, context: Context): void => {
    const inLine = context.inHeading ? ' ' : '<br>';
    const isInLine = context.inHeading || context.inCell;
    html += isInLine ? inLine : `<${tag}>`;
    blockEnd = html.length;
    writeChildren(element, context);
    html += isInLine ? inLine : `</${tag}>`;
    blockEnd = html.length;
  };
  const writeChildren = (element: Element, outer: Context): void => {
    const context = enter(element, outer);
    const shadow = element.children.find(isShadowRoot);
    if (shadow === undefined) {
      writeAll(element.children, context);
      return;
    }
    if (hasInside(shadow, ({ name }) => name === 'slot')) {
      writeAll(shadow.children, { ...context, slotted: slottedOf(element) });
      return;
    }
    writeAll(shadow.children, { ...context, slotted: noSlotted });
    for (const child of element.children) if (child !== shadow) write(child, context);
  };
  const writeElement = (element: Element, context: Context): void => {
    const { name } = element;
    const formula = readFormula(element);
    if (formula !== undefined) {
      html += escapeText(formula);
      return;
    }
    if (isLeftOut(element, context) && !(context.keepsAll && isShown(element))) return;
    const code = readCodeBlock(element);
    if (code !== undefined) {
      html += writeCode(code.text, code.language, context);
      return;
    }
    if (name === 'table') writeTable(element, context);
    else if (heading.test(name)) wrap(context.inCell ? 'b' : name, element, context);
    else if (inline.has(name)) writeKept(element, context);
    else if (lists.has(name) && !context.inCell && !context.inHeading) writeKept(element, context);
    else if (paragraphs.has(name)) wrap('p', element, context);
    else if (blocks.has(name) || lists.has(name)) wrap('div', element, context);
    else writeInline(element, context);
  };
  const writeKept = (element: Element, context: Context): void => {
    const { name } = element;
    const start = attributeOf(element, 'start');
    html += name === 'ol' && /^\d{1,6}$/.test(start) ? `<ol start="${start}">` : `<${name}>`;
    writeChildren(element, context);
    html += `</${name}>`;
  };
  const writeInline = (element: Element, context: Context): void => {
    switch (element.name) {
      case 'li':
        wrap('li', element, context);
        return;
      case 'br':
        html += context.inHeading ? ' ' : '<br>';
        return;
      case 'hr':
        html += context.inCell || context.inHeading ? ' ' : '<hr>';
        return;
      case 'img':
      case 'image':
        html += writeImage(element);
        return;
      case 'a':
        writeLink(element, context);
        return;
      case 'input':
        html += writeInput(element);
        return;
      case 'rt':
        html += '(';
        writeChildren(element, context);
        html += ')';
        return;
      case 'slot':
        writeSlot(element, context);
        return;
      case 'template':
      case 'textarea':
        return;
      default:
        writeOther(element, context);
    }
  };
  const writeOther = (element: Element, context: Context): void => {
    const { name } = element;
    if (name.includes('-') && isBlockOfItsOwn(element)) {
      wrap('div', element, context);
      return;
    }
    const isBox = boxes.has(name) || /^(?:tab|button)$/.test(attributeOf(element, 'role'));
    if (isBox && html.length !== blockEnd) html += ' ';
    writeChildren(element, context);
    if (isBox) html += ' ';
  };
  const writeLink = (element: Element, context: Context): void => {
    if (isPermalink(element, context)) return;
    const href = attributeOf(element, 'href');
    const isPlain = href === '' || href.startsWith('#') || /^\s*(?:javascript|data):/i.test(href);
    if (html.length === linkEnd) html += ' ';
    if (isPlain || hasInside(element, isBlock)) {
      writeChildren(element, context);
      return;
    }
    html += `<a href="${escapeText(href).replaceAll('"', '&quot;')}">`;
    writeChildren(element, context);
    html += '</a>';
    linkEnd = html.length;
  };
  const writeSlot = (slot: Element, context: Context): void => {
    const wanted = attributeOf(slot, 'name');
    const own = context.slotted.get(wanted);
    context.slotted.delete(wanted);
    writeAll(own ?? slot.children, { ...context, slotted: noSlotted });
  };
  const writeTable = (element: Element, context: Context): void => {
    const { outside, rows, isLayout } = readTable(element);
    const isSeen = (part: Element): boolean => !isLeftOut(part, context);
    for (const node of outside) {
      if (isElement(node)) wrap('div', node, context);
      else html += `<div>${escapeText(node)}</div>`;
    }
    const seen = rows.filter(({ row }) => isSeen(row)).map(({ cells }) => cells.filter(isSeen));
    if (isLayout || context.inCell || context.inHeading) {
      for (const cell of seen.flat()) wrap('div', cell, context);
      return;
    }
    const width = Math.max(0, ...seen.map(widthOf));
    html += '<table>';
    for (const [index, cells] of seen.entries()) {
      html += '<tr>';
      for (const cell of cells) {
        html += `<${cell.name}>`;
        const before = html;
        html = '';
        writeChildren(cell, { ...context, inCell: true });
        html = `${before}${withoutBreaksAround(html)}</${cell.name}>`;
        html += '<td></td>'.repeat(spanOf(cell) - 1);
        linkEnd = -1;
      }
      // The first row says how many columns there are.
      html += `${index > 0 ? '' : '<td></td>'.repeat(width - widthOf(cells))}</tr>`;
    }
    html += '</table>';
    blockEnd = html.length;
  };

  const inContent = isContent(root) || isWithin(root, isContent);
  const start = { inContent, inSentence: false, inHeading: false, inCell: false };
  writeChildren(root, { ...start, slotted: noSlotted, keepsAll });
  return html;
}

function enter(element: Element, outer: Context): Context {
  const inContent = outer.inContent || isContent(element);
  const inSentence = outer.inSentence || sentences.test(element.name);
  const inHeading = outer.inHeading || heading.test(element.name);
  if (
    inContent === outer.inContent &&
    inSentence === outer.inSentence &&
    inHeading === outer.inHeading
  )
    return outer;
  return { ...outer, inContent, inSentence, inHeading };
}

function isContent(element: Element): boolean {
  return (
    element.name === 'main' ||
    element.name === 'article' ||
    attributeOf(element, 'role') === 'main' ||
    content.test(classesOf(element)) ||
    content.test(attributeOf(element, 'id'))
  );
}

function isBlock({ name }: Element): boolean {
  return (
    blocks.has(name) || paragraphs.has(name) || heading.test(name) || /^(?:ul|ol|pre)$/.test(name)
  );
}

/** A custom element that holds blocks, or that has no text beside it. */
function isBlockOfItsOwn(element: Element): boolean {
  if (hasInside(element, isBlock)) return true;
  return element.parent === undefined || !holdsText(element.parent);
}

const holdsText = perElement(({ children }) =>
  children.some((node) => !isElement(node) && node.trim() !== ''),
);

/** What is shown of a page that has nothing but surroundings. */
function isShown({ name }: Element): boolean {
  return !/^(?:script|style|title|template|head|option|noscript|iframe|object|canvas)$/.test(name);
}

function writeCode(text: string, language: string, context: Context): string {
  if (text.trim() === '') return '';
  const escaped = escapeText(text);
  if (context.inCell || context.inHeading) return ` <code>${escaped}</code> `;
  const named = language === '' ? '' : ` class="language-${language}"`;
  return `<pre><code${named}>${escaped}</code></pre>`;
}

function writeImage(image: Element): string {
  const alt = attributeOf(image, 'alt').trim();
  if (alt === '' || /(?:^|\s)mwe-math-fallback/.test(classesOf(image))) return '';
  const isSign = /(?:^|[\s_-])(?:emoji|wp-smiley|emoticon)(?:$|[\s_-])/.test(classesOf(image));
  if (isSign || !/[\p{L}\p{N}]/u.test(alt)) return escapeText(alt);
  const source = attributeOf(image, 'src');
  const quoted = (value: string): string => escapeText(value).replaceAll('"', '&quot;');
  return `<img alt="${quoted(alt)}" src="${source.startsWith('data:') ? '' : quoted(source)}">`;
}

function writeInput(input: Element): string {
  if (attributeOf(input, 'type').toLowerCase() !== 'checkbox') return '';
  if (!isWithin(input, ({ name }) => name === 'li')) return '';
  return input.attributes.has('checked') ? '[x] ' : '[ ] ';
}

function withoutBreaksAround(cell: string): string {
  return cell
    .replaceAll(/\s*<br>(?:\s|<br>)*/g, '<br>')
    .replace(/^<br>/, '')
    .replace(/<br>$/, '');
}

function escapeText(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
