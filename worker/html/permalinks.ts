import { isBadge } from './badges.ts';
import { partOfClass } from './class-pattern.ts';
import { findTitle } from './elements.ts';
import {
  attributeOf,
  classesOf,
  hasInside,
  isElement,
  isWithin,
  perElement,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';

const permalinkClass = partOfClass(`
  headerlink header-?anchor hash-link heading-?link heading-?anchor permalink anchorjs-link anchor
  anchor-?link direct-?link self-?link section-?link deep-?link
`);
/** That stand for a link wherever they are, also alone, in brackets or as letters of icons. */
const signs = /^[\s[\]()¶#§^◆◇∞↑⇑▲△⏎↵\p{Extended_Pictographic}\p{Co}\p{Cf}\p{M}]+$/u;
/** What a permalink says, in words for those who do not see its sign. */
export const saidByPermalink = new RegExp(
  `^(?:${[
    'permalink',
    'link',
    'anchor',
    'copy (?:the )?link(?: to .*)?',
    '(?:direct |permanent |perma)?link (?:to|for) .*',
    'section titled .*',
    'anchor (?:to|for) .*',
    'jump to .*',
    '(?:back|return|go) to (?:the )?top',
  ].join('|')})$`,
  'i',
);

/**
 * @returns whether a link only points to the place where it stands: with a sign in place of words
 *   such as `¶`, `#` or a picture of a chain, or beside the heading that it leads to
 */
export function isPermalink(link: Element, place: { readonly inHeading: boolean }): boolean {
  const href = attributeOf(link, 'href');
  const isHere = href.includes('#') || (href === '' && isMarked(link));
  if (!isHere) return false;
  const text = seenText(link).trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return isSign(link, text, href);
  const title = place.inHeading ? findTitle(link) : undefined;
  if (title === undefined) return isMarked(link) && saidByPermalink.test(text);
  // The heading has no other words: a link to itself, or to another place.
  if (wordsOf(title) === wordsOf(link)) return false;
  if (/^top$/i.test(text) && /#(?:page-?)?top(?:_of_page)?$/i.test(href)) return true;
  return leadsToItsHeading(link, title, href) || saidByPermalink.test(text);
}

/** Whether it has a class of permalinks and a sign, and is none that can be followed. */
export function isPermalinkSign(element: Element): boolean {
  if (element.name === 'a' || !permalinkClass.test(classesOf(element))) return false;
  const text = seenText(element).trim();
  return text !== '' && !/[\p{L}\p{N}]/u.test(text);
}

/** @returns the number of a note, without what some wikis write around it: `1)`, `(1)` */
export function noteSignOf(link: Element): string | undefined {
  return /^\s*\(?([\p{N}*†‡]{1,4})[).]?\s*$/u.exec(textOf(link))?.[1];
}

/** A number that leads to a note of the page; one in brackets is written as it is. */
export function isNoteReference(link: Element): boolean {
  if (!/^#./.test(attributeOf(link, 'href')) || noteSignOf(link) === undefined) return false;
  return (
    link.parent?.name === 'sup' ||
    link.children.some((child) => isElement(child) && child.name === 'sup') ||
    attributeOf(link, 'role') === 'doc-noteref' ||
    attributeOf(link, 'epub:type') === 'noteref' ||
    /footnote/i.test(classesOf(link))
  );
}

/** @returns whether the words of a link are the URL that it leads to: said twice, it is noise */
export function saysItsTarget(link: Element, href: string): boolean {
  return /^\s*[a-z][a-z\d+.-]*:/i.test(href) && textOf(link).trim() === href.trim();
}

/** No operator or option, such as `+` and `(<$>)`, whose name leads to its description. */
function isSign(link: Element, text: string, href: string): boolean {
  if (text === '') return true;
  if (hasInside(link, isCodeElement)) return false;
  // A link to nowhere is a control.
  if (href === '#' || isMarked(link) || signs.test(text)) return true;
  const title = findTitle(link, 'dt');
  return title !== undefined && wordsOf(title) !== '';
}

function isMarked(link: Element): boolean {
  return permalinkClass.test(classesOf(link));
}

/** In any language: words of its own come before, and this is a link to its id. */
function leadsToItsHeading(link: Element, title: Element, href: string): boolean {
  if (!href.startsWith('#') || isOfCode(link, title)) return false;
  // Other links may lead to the section that they name.
  const places = isMarked(link) ? [title, title.parent] : [title];
  const ids = places.map((one) => one?.attributes.get('id'));
  if (!ids.some((id) => id !== undefined && `#${id}` === decode(href))) return false;
  const words = wordsOf(title);
  const own = wordsOf(link);
  // The number of a section is no title.
  const start = isMarked(link) ? 0 : firstLetterOf(title);
  return start !== -1 && start < words.length - own.length && words.endsWith(own);
}

/** A name in a declaration, which leads to the place that declares it. */
function isOfCode(link: Element, title: Element): boolean {
  if (/code/i.test(classesOf(title))) return true;
  return hasInside(link, isCodeElement) || isWithin(link, isCodeElement);
}

function isCodeElement({ name }: Element): boolean {
  return name === 'code';
}

/** Its letters and digits, but for those of badges. */
const wordsOf = perElement((element) =>
  seenText(element, isBadge).replaceAll(/[^\p{L}\p{N}]/gu, ''),
);

const firstLetterOf = perElement((title) => wordsOf(title).search(/\p{L}/u));

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

function seenText(node: Element | string, isUnread?: (inner: Element) => boolean): string {
  if (!isElement(node)) return node;
  if (isUnread?.(node) === true) return '';
  if (node.name === 'svg' || node.name === 'title') return '';
  if (node.name === 'img') return attributeOf(node, 'alt');
  return node.children.map((child) => seenText(child, isUnread)).join('');
}
