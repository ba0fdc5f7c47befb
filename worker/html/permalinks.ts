import { partOfClass } from './class-pattern.ts';
import { attributeOf, classesOf, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

const permalinkClass = partOfClass(`
  headerlink header-?anchor hash-link heading-?link heading-?anchor permalink anchorjs-link anchor
  anchor-?link direct-?link self-?link section-?link deep-?link
`);
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
  ].join('|')})$`,
  'i',
);

/**
 * @returns whether a link only points to the place where it stands: with a sign in place of words
 *   such as `¶`, `#` or a picture of a chain, or beside the heading that it leads to
 */
export function isPermalink(link: Element, place: { readonly inHeading: boolean }): boolean {
  const href = attributeOf(link, 'href');
  const isHere = href.includes('#') || (href === '' && permalinkClass.test(classesOf(link)));
  if (!isHere) return false;
  const text = seenText(link).trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return true;
  if (place.inHeading && leadsToItsHeading(link, href)) return true;
  return (place.inHeading || permalinkClass.test(classesOf(link))) && saidByPermalink.test(text);
}

/** Whether it has a class of permalinks and a sign, and is none that can be followed. */
export function isPermalinkSign(element: Element): boolean {
  if (element.name === 'a' || !permalinkClass.test(classesOf(element))) return false;
  const text = seenText(element).trim();
  return text !== '' && !/[\p{L}\p{N}]/u.test(text);
}

/** A number that leads to a note of the page; one in brackets is written as it is. */
export function isNoteReference(link: Element): boolean {
  if (!/^#./.test(attributeOf(link, 'href')) || !/^\s*[\p{N}*†‡]{1,4}\s*$/u.test(textOf(link)))
    return false;
  return (
    link.parent?.name === 'sup' ||
    link.children.some((child) => isElement(child) && child.name === 'sup') ||
    attributeOf(link, 'role') === 'doc-noteref' ||
    /footnote/i.test(classesOf(link))
  );
}

/** @returns whether the words of a link are the URL that it leads to: said twice, it is noise */
export function saysItsTarget(link: Element, href: string): boolean {
  return /^\s*[a-z][a-z\d+.-]*:/i.test(href) && textOf(link).trim() === href.trim();
}

/** In any language: the heading has words of its own, and this is a link to its id. */
function leadsToItsHeading(link: Element, href: string): boolean {
  let heading = link.parent;
  while (heading !== undefined && !/^h[1-6]$/.test(heading.name)) heading = heading.parent;
  if (heading === undefined || !href.startsWith('#')) return false;
  const ids = [heading, heading.parent].map((one) => one?.attributes.get('id'));
  const isItsOwn = ids.some((id) => id !== undefined && `#${id}` === decode(href));
  return isItsOwn && wordsOf(heading) !== textOf(link).trim();
}

const wordsOf = perElement((heading) => textOf(heading).trim());

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

function seenText(node: Element | string): string {
  if (!isElement(node)) return node;
  if (node.name === 'svg' || node.name === 'title') return '';
  if (node.name === 'img') return attributeOf(node, 'alt');
  return node.children.map(seenText).join('');
}
