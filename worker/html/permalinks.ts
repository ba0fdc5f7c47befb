import { partOfClass } from './class-pattern.ts';
import { attributeOf, classesOf, isElement } from './tree.ts';
import type { Element } from './tree.ts';

const permalinkClass = partOfClass(`
  headerlink header-?anchor hash-link heading-?link heading-?anchor permalink anchorjs-link anchor
  anchor-?link direct-?link self-?link section-?link deep-?link
`);
const said = new RegExp(
  `^(?:${[
    'permalink',
    'link',
    'anchor',
    'copy link',
    '(?:direct |perma)?link (?:to|for) .*',
    'section titled .*',
    'anchor (?:to|for) .*',
    'jump to .*',
  ].join('|')})$`,
  'i',
);

/**
 * @returns whether a link only points to the place where it stands, with a sign in place of words
 *   such as `¶`, `#` or a picture of a chain
 */
export function isPermalink(link: Element, place: { readonly inHeading: boolean }): boolean {
  const href = attributeOf(link, 'href');
  const isHere = href.includes('#') || (href === '' && permalinkClass.test(classesOf(link)));
  if (!isHere) return false;
  const text = seenText(link).trim();
  if (!/[\p{L}\p{N}]/u.test(text)) return true;
  return (place.inHeading || permalinkClass.test(classesOf(link))) && said.test(text);
}

function seenText(node: Element | string): string {
  if (!isElement(node)) return node;
  if (node.name === 'svg' || node.name === 'title') return '';
  if (node.name === 'img') return attributeOf(node, 'alt');
  return node.children.map(seenText).join('');
}
