import { wholeClass } from './class-pattern.ts';
import { endOf, neighboursOf } from './neighbours.ts';
import {
  attributeOf,
  classesOf,
  hasInside,
  isElement,
  isWithin,
  textLength,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';

/** Words of a cell or a heading stay in its line, each line of code by itself. */
export function writeCode(
  text: string,
  language: string,
  context: { readonly inCell: boolean; readonly inHeading: boolean },
): string {
  if (text.trim() === '') return '';
  if (context.inCell || context.inHeading) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return ` ${lines.map((line) => `<code>${escapeText(line.trim())}</code>`).join(' ')} `;
  }
  const named = language === '' ? '' : ` class="language-${language}"`;
  return `<pre><code${named}>${escapeText(text)}</code></pre>`;
}

export function writeImage(image: Element): string {
  const alt = attributeOf(image, 'alt').trim();
  if (alt === '' || /(?:^|\s)mwe-math-fallback/.test(classesOf(image))) return '';
  const isSign = /(?:^|[\s_-])(?:emoji|wp-smiley|emoticon)(?:$|[\s_-])/.test(classesOf(image));
  if (isSign || !/[\p{L}\p{N}]/u.test(alt)) return escapeText(alt);
  const source = attributeOf(image, 'src');
  const quoted = (value: string): string => escapeText(value).replaceAll('"', '&quot;');
  return `<img alt="${quoted(alt)}" src="${source.startsWith('data:') ? '' : quoted(source)}">`;
}

export function writeInput(input: Element): string {
  if (attributeOf(input, 'type').toLowerCase() !== 'checkbox') return '';
  if (!isWithin(input, ({ name }) => name === 'li')) return '';
  return input.attributes.has('checked') ? '[x] ' : '[ ] ';
}

/**
 * Before a link that no blank is before, since mdream writes one there: `java.util. [List](…)`. The
 * sign is that of no text, by Unicode.
 */
const joint = '\uFDD0';
/** Signs that belong to what follows; words in other elements may be parted by a style. */
const opening = /[./\\@#$=~"'“‘«¿¡-]$|::$/;

export function startLink(link: Element): string {
  const { before } = neighboursOf(link);
  // An exclamation mark would make a picture of it.
  const joined = typeof before === 'string' ? /[^\s!]$/ : opening;
  const target = escapeText(attributeOf(link, 'href')).replaceAll('"', '&quot;');
  return `${joined.test(endOf(before)) ? joint : ''}<a href="${target}">`;
}

/** @returns the Markdown without the blanks that nothing but mdream wrote */
export function joinLinks(markdown: string): string {
  return markdown.replaceAll(/\uFDD0 ?/g, '');
}

/** @returns the number of a list's first item, as it or the item says; empty where neither does */
export function startOfList(list: Element): string {
  const first = list.children.find((child) => isElement(child) && child.name === 'li');
  const value = first !== undefined && isElement(first) ? attributeOf(first, 'value') : '';
  return /^\d+$/.test(value) ? value : attributeOf(list, 'start');
}

/** @returns what a reader sees before its words: the sign of an exponent, the name of an icon */
export function leadOf(element: Element): string {
  if (isExponent(element)) return '^';
  return admonitionIcon.test(classesOf(element)) ? escapeText(attributeOf(element, 'title')) : '';
}

/** Of Asciidoctor, in place of a word; Antora shows the title. */
const admonitionIcon = wholeClass('icon-(?:note|tip|important|caution|warning)');

/** Whether it is one of a number: without its sign, 2 to the 32 would be read as 232. */
function isExponent(element: Element): boolean {
  if (element.name !== 'sup' || /note|ref|cit/i.test(classesOf(element))) return false;
  if (textLength(element) > maxExponentLength || !exponent.test(textOf(element))) return false;
  if (hasInside(element, ({ name }) => name === 'a')) return false;
  const { before } = neighboursOf(element);
  if (before !== undefined && isElement(before) && !emphasis.test(before.name)) return false;
  const end = endOf(before);
  // The rest of a price is no exponent.
  return /[\d)\]]$/.test(end) && !/[$€£¥]\s?\d+$/.test(end);
}

const exponent = /^\s*[-+−–]?\d+(?:[.,/]\d+)?\s*$/;
const maxExponentLength = 20;
const emphasis = /^(?:b|i|em|strong|span|code)$/;

/** One break in place of several; a pattern would take the square of the length of a run of blanks. */
export function withoutBreaksAround(cell: string): string {
  const [first = '', ...others] = cell.split('<br>');
  const last = others.pop();
  if (last === undefined) return cell;
  const lines = [first.trimEnd(), ...others.map((line) => line.trim()), last.trimStart()];
  return lines.filter((line) => line !== '').join('<br>');
}

export function escapeText(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
