import { isBadge, isSeparator, touchesBefore, touchesBehind } from './badges.ts';
import { isAside, isBoxBehindBox } from './boxes.ts';
import { readCodeBlocks } from './code.ts';
import { readCodeMacro } from './confluence.ts';
import { isContent } from './content.ts';
import { enter, isPartOfItem, outermost } from './context.ts';
import type { Context } from './context.ts';
import {
  blocks,
  holdsBlock,
  inline,
  isBlockOfItsOwn,
  isHeading,
  lists,
  isParagraph,
  nameOfHeading,
} from './elements.ts';
import { readFormula } from './formulas.ts';
import {
  escapeText,
  leadOf,
  startLink,
  startOfList,
  withoutBreaksAround,
  writeCode,
  writeImage,
  writeInput,
} from './parts.ts';
import { isNoteReference, isPermalink, noteSignOf, saysItsTarget } from './permalinks.ts';
import { isShadowRoot, noSlotted, slottedOf } from './shadow-root.ts';
import { isLeftOut, isShown } from './surroundings.ts';
import { layOut, readTable, withoutUnseen } from './table.ts';
import { attributeOf, hasInside, isElement, isWithin, parseTree, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** Boxes in a line, which a style parts from their neighbours. */
const boxes = new Set(['button', 'label', 'output', 'a', 'text', 'tspan']);

/** In an item of a list; one paragraph alone does not part what stands behind a blank. */
const gap = '<p></p><p></p>';

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
  /** Where the last block in an item of a list ended: words behind it are a paragraph. */
  let partEnd = -1;
  /** Nothing of the item, or of a quote in it, is written yet: a heading may begin it. */
  let isAtStart = true;
  /** Where a text ended with a bracket, in which the sign of a note stands. */
  let bracketEnd = -1;

  const writeAll = (nodes: readonly (Element | string)[], context: Context): void => {
    for (const node of nodes) write(node, context);
  };
  const write = (node: Element | string, context: Context): void => {
    if (isElement(node)) writeElement(node, context);
    else if (!isPartOfItem(context)) html += escapeText(node);
    else if (node.trim() === '') html += html.length === partEnd ? '' : node;
    else writeWords(escapeText(html.length === partEnd ? node.trimStart() : node), context);
    if (!isElement(node) && node.endsWith('[')) bracketEnd = html.length;
  };
  /** Writes what stands in a line; behind a block in an item it begins a paragraph. */
  const writeWords = (words: string, context: Context): void => {
    if (words !== '' && isPartOfItem(context)) {
      if (html.length === partEnd) html += gap;
      isAtStart = false;
    }
    html += words;
  };
  /** Behind the start or the end of a block. */
  const markBlock = (context: Context): void => {
    blockEnd = html.length;
    if (isPartOfItem(context) && !isAtStart) partEnd = html.length;
  };
  const wrap = (name: string, element: Element, context: Context): void => {
    // Of the blocks in an item only a paragraph parts its text from what stands before it.
    const isInItem = name === 'div' && context.inItem && !holdsBlock(element);
    const tag = isInItem ? 'p' : name;
    const inLine = context.inHeading ? ' ' : '<br>';
    const isInLine = context.inHeading || context.inCell;
    const isBehind = isPartOfItem(context) && !isAtStart;
    if (isBehind && (isHeading(element) || (tag === 'p' && html.length !== partEnd))) html += gap;
    html += isInLine ? inLine : `<${tag}>`;
    if (tag === 'div') markBlock(context);
    blockEnd = html.length;
    if (tag === 'li' && !isInLine) isAtStart = true;
    writeChildren(element, context);
    html += isInLine ? inLine : `</${tag}>`;
    if (tag === 'li' || isHeading(element)) isAtStart = false;
    markBlock(context);
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
      const isOfItsOwn = blocks.has(name) && !context.inCell && !context.inHeading;
      if (isOfItsOwn) html += `<div>${escapeText(formula)}</div>`;
      else writeWords(escapeText(formula), context);
      return;
    }
    if (isLeftOut(element, context) && !(context.keepsAll && isShown(element))) return;
    const codes = readCodeMacro(element) ?? readCodeBlocks(element);
    if (codes !== undefined) {
      for (const { text, language } of codes) html += writeCode(text, language, context);
      isAtStart = false;
      return;
    }
    const heading = nameOfHeading(element);
    if (name === 'table') writeTable(element, context);
    else if (heading !== undefined) wrap(context.inCell ? 'b' : heading, element, context);
    else if (inline.has(name)) writeKept(element, context);
    else if (lists.has(name) && !context.inCell && !context.inHeading) writeKept(element, context);
    else if (isParagraph(element)) wrap('p', element, context);
    else if (blocks.has(name) || lists.has(name)) wrap('div', element, context);
    else writeInline(element, context);
  };
  const writeKept = (element: Element, context: Context): void => {
    const { name } = element;
    html += leadOf(element);
    // Markdown has no emphasis around paragraphs.
    if (inline.has(name) && (context.isUnmarked || holdsBlock(element))) {
      writeChildren(element, context);
      return;
    }
    const start = startOfList(element);
    const tag = name === 'ol' && /^\d{1,6}$/.test(start) ? `<ol start="${start}">` : `<${name}>`;
    if (inline.has(name)) {
      const isParted = isBadge(element);
      if (isParted && touchesBefore(element)) html += ' ';
      writeWords(tag, context);
      writeChildren(element, context);
      html += `</${name}>${isParted && touchesBehind(element) ? ' ' : ''}`;
      return;
    }
    html += tag;
    isAtStart = true;
    writeChildren(element, context);
    html += `</${name}>`;
    isAtStart = false;
    markBlock(context);
  };
  const writeInline = (element: Element, context: Context): void => {
    switch (element.name) {
      case 'li':
        wrap('li', element, context);
        return;
      case 'br':
        if (!isPartOfItem(context) || html.length !== partEnd)
          html += context.inHeading ? ' ' : '<br>';
        return;
      case 'hr':
        html += context.inCell || context.inHeading ? ' ' : '<hr>';
        return;
      case 'img':
      case 'image':
        writeWords(writeImage(element), context);
        return;
      case 'a':
        writeLink(element, context);
        return;
      case 'input':
        // What it is for begins the item.
        if (isAtStart) html += writeInput(element);
        else writeWords(writeInput(element), context);
        return;
      case 'rt':
        html += '(';
        writeChildren(element, context);
        html += ')';
        return;
      case 'slot':
        writeSlot(element, context);
        return;
      case 'noframes':
        writeAll(parseTree(textOf(element)).children, { ...context, keepsAll: false });
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
    if (/[-:]/.test(name) && !name.includes('link') && isBlockOfItsOwn(element)) {
      wrap('div', element, context);
      return;
    }
    if (isSeparator(element)) html += ' ';
    const isBox = boxes.has(name) || /^(?:tab|button)$/.test(attributeOf(element, 'role'));
    const isNext = html.length === linkEnd && isAside(element);
    const isParted = !context.isUnmarked && isBadge(element);
    const isWord = isParted
      ? touchesBefore(element)
      : !context.isUnmarked && isBoxBehindBox(element);
    if (((isBox || isWord) && html.length !== blockEnd) || isNext) html += ' ';
    writeChildren(element, context);
    if (isBox || (isParted && touchesBehind(element))) html += ' ';
  };
  const writeLink = (element: Element, context: Context): void => {
    if (isPermalink(element, context)) return;
    const href = attributeOf(element, 'href');
    const isPlain = href === '' || href.startsWith('#') || /^\s*(?:javascript|data):/i.test(href);
    if (context.inCode) {
      writeChildren(element, context);
      return;
    }
    if (html.length === linkEnd) html += ' ';
    if (isNoteReference(element)) {
      const sign = escapeText(noteSignOf(element) ?? '');
      writeWords(html.length === bracketEnd ? sign : `[${sign}]`, context);
      return;
    }
    if (isPlain || holdsBlock(element)) {
      writeChildren(element, context);
      return;
    }
    const isUrl = saysItsTarget(element, href);
    if (!isUrl) writeWords(startLink(element), context);
    writeChildren(element, context);
    if (!isUrl) html += '</a>';
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
    const seen = withoutUnseen(
      rows.filter(({ row }) => isSeen(row)),
      isSeen,
    );
    if (isLayout || context.inCell || context.inHeading) {
      for (const cell of seen.flat()) if (isSeen(cell)) wrap('div', cell, context);
      return;
    }
    const lines = layOut(seen);
    const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
    html += '<table>';
    for (const [index, line] of lines.entries()) {
      html += '<tr>';
      for (const cell of line) {
        if (cell === undefined || !isSeen(cell)) {
          html += '<td></td>';
          continue;
        }
        html += `<${cell.name}>`;
        const before = html;
        html = '';
        bracketEnd = -1;
        writeChildren(cell, { ...context, inCell: true });
        html = `${before}${withoutBreaksAround(html)}</${cell.name}>`;
        linkEnd = -1;
      }
      // The first row says how many columns there are.
      html += `${index > 0 ? '' : '<td></td>'.repeat(width - line.length)}</tr>`;
    }
    html += '</table>';
    isAtStart = false;
    markBlock(context);
  };

  const inContent = isContent(root) || isWithin(root, isContent);
  writeChildren(root, { ...outermost, inContent, keepsAll });
  return html;
}
