import { standsByCode } from './by-code.ts';
import { partOfClass, wholeClass } from './class-pattern.ts';
import { isUnshownInConfluence } from './confluence.ts';
import { isContent } from './content.ts';
import { isControl } from './controls.ts';
import { isHeading } from './elements.ts';
import { isHidden, isRevealed } from './hidden.ts';
import { isLineNumber } from './line-numbers.ts';
import { turnsPages } from './page-turns.ts';
import { isPermalinkSign } from './permalinks.ts';
import type { Place } from './place.ts';
import { isSiteFooter } from './site-parts.ts';
import {
  attributeOf,
  classesOf,
  findAll,
  hasInside,
  isElement,
  isWithin,
  perElement,
  textLength,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';
import { isUnspokenCopy } from './unspoken.ts';

/** What no browser shows as text of the page. */
const unseen = new Set(
  (
    'script style title meta link base head template noscript noframes canvas iframe object embed ' +
    'video audio map datalist select optgroup option progress meter rp param source track'
  ).split(' '),
);
const decidedByMore = new Set(['nav', 'search', 'footer', 'aside', 'dialog', 'button']);
/** Text for screen readers alone, such as `Permalink to`. */
const spokenOnly = wholeClass(`
  (?:tw[:-]|x:|nx-|_)?sr-only visually-?hidden screen-reader-text screen-reader-only a11y-hidden element-invisible
  cdk-visually-hidden u-visually-hidden show-for-sr assistive-text sd-hide-link-text
`);
/** Settings of TypeDoc and the second number of a note of LaTeXML: no heading has such a name. */
const generated = wholeClass('tsd-navigation tsd-page-navigation tsd-filter-group ltx_tag_note');
/** Of HonKit: what its search fills, with a heading. */
const unfilled = wholeClass('(?:has|no)-results');
/** Lists of links around the text, by the class that generators give them where they have no tag. */
const menu = partOfClass(`
  breadcrumbs? toc tableofcontents table-of-contents on-this-page navbox navbar sidebar
  sphinxsidebar sidenav topnav subnav bottomnav pagination pager prev-next post-navigation
  related related-posts catlinks menu
`);
/** Controls and notes of the site, none of them longer than a few words. */
const tool = partOfClass(`
  mw-editsection editsection edit-this-page edit-link edit-button copy-?btn
  copy-?button copy-?code clipboard zeroclipboard-container was-this-helpful votecell
  js-voting-container skip-?link skip-?nav skip-to-content
  back-to-top mw-jump-link post-menu rustdoc-toolbar md-source-file source-toolbox
  md-content__button copy-popup-wrapper article-header-buttons feature-tooltip
`);
/** Words of texts, too: such a tool has controls, links to share, or nothing but links. */
const toolOrTopic = partOfClass('feedback share sharing edit-page cookie noprint');
/** What is on paper alone, such as the address of a link. */
const printedOnly = wholeClass(`
  print-?only only-?print printfooter visible-print(?:-\\S+)? d-print-(?:block|inline\\S*|flex)
  show-for-print print:(?:block|inline\\S*|flex)
`);
const shownOnScreen = wholeClass('(?:sm|md|lg|xl|screen):(?:block|inline\\S*|flex)');
/** A longer one holds text of the page under a class that means something else there. */
const maxToolLength = 200;
const maxMenuTitleLength = 40;
const notes = partOfClass('footnotes? endnotes? references');
const callout = partOfClass(`
  admonition callout note tip hint info important warning caution danger alert notice quote
  pullquote example definition summary key-?points? infobox onebox
`);
const sideMatter = new RegExp(
  `${partOfClass('ads? nav').source}|sidebar|toc|contents|on this page|widget|related|share|` +
    'social|promo|newsletter|advert|outline|menu|comments|cookie',
  'i',
);

/** @returns whether it is what a picture says of itself, for programs and for speech */
function isUnseenInPicture(element: Element): boolean {
  if (element.name !== 'desc' && element.name !== 'metadata') return false;
  return isWithin(element, ({ name }) => name === 'svg');
}

/** @returns whether an element is shown, of a page that has nothing but surroundings */
export function isShown(element: Element): boolean {
  if (isUnseenInPicture(element)) return false;
  return !/^(?:script|style|title|template|head|option|noscript|iframe|object|canvas)$/.test(
    element.name,
  );
}

/** @returns whether a reader of the page's text does without this element and all in it */
export function isLeftOut(element: Element, place: Place): boolean {
  const { name } = element;
  if (unseen.has(name)) return name !== 'noscript' || !isLazyImage(element);
  if (isUnseenInPicture(element)) return true;
  if (name.includes(':') && isUnshownInConfluence(element)) return true;
  if (isHeading(element) || name === 'body' || name === 'main' || name === '') return false;
  // Most elements of a text have none, and are no part of what is around it by their name.
  if (element.attributes.size === 0 && !decidedByMore.has(name) && !name.includes('-'))
    return false;
  if (attributeOf(element, 'id') === 'siteSub') return true;
  const role = attributeOf(element, 'role').toLowerCase();
  if (isSurrounding(element, role, place)) return true;
  if (name === 'button' || role === 'button') return isControl(element, place);
  if (isHidden(element) && !isRevealed(element, role, place)) return true;
  if (name === 'a' && isSkipLink(element, place)) return true;
  if (attributeOf(element, 'aria-hidden') === 'true' && isUnspokenCopy(element)) return true;
  const label = `${classesOf(element)} ${name.includes('-') ? name : ''}`;
  if (label !== ' ' && isLeftOutByClass(element, label)) return true;
  if (turnsPages(element) || (!place.inContent && isSiteFooter(element))) return true;
  return isNamedMenu(element) && isListOfLinks(element);
}

function isLeftOutByClass(element: Element, classes: string): boolean {
  if (spokenOnly.test(classes) || /(?:^|\s)material-(?:icons|symbols)/.test(classes)) return true;
  if (printedOnly.test(classes) && !shownOnScreen.test(classes)) return true;
  if (isPermalinkSign(element) || generated.test(classes)) return true;
  if (/ltx_note_mark/.test(classes) && isIn(element, /ltx_note_content/)) return true;
  if (unfilled.test(classes) && textLength(element) <= maxToolLength) return true;
  if (isLineNumber(element) && !isInSentence(element) && standsByCode(element)) return true;
  if (isLanguageLabel(element, classes)) return true;
  if (tool.test(classes) && textLength(element) <= maxToolLength && isTool(element)) return true;
  if (toolOrTopic.test(classes) && textLength(element) <= maxToolLength && isTool(element))
    return isListOfLinks(element) || hasInside(element, isOperated);
  return menu.test(classes) && isListOfLinks(element);
}

function isIn({ parent }: Element, classes: RegExp): boolean {
  return parent !== undefined && classes.test(classesOf(parent));
}

/** Words come before it, as in `see line 7`; the number of a line of code begins that line. */
function isInSentence(element: Element): boolean {
  if (element.name !== 'span' || element.parent === undefined) return false;
  return isSentence(element.parent) && behindWords(element.parent).has(element);
}

function isSentence({ name }: Element): boolean {
  return /^(?:p|li|dd|td)$/.test(name);
}

const behindWords = perElement(({ children }) => {
  const isWords = (node: Element | string | undefined): boolean =>
    typeof node === 'string' && /\p{L}[^\n]*$/u.test(node);
  return new Set(children.filter((_child, index) => isWords(children[index - 1])));
});

function isOperated({ name, attributes }: Element): boolean {
  if (name === 'a') return /share/i.test(attributes.get('href') ?? '');
  return /^(?:button|input|form|select|textarea)$/.test(name);
}

/** A picture that a script loads: its words stand in `<noscript>`, unless they are before it too. */
function isLazyImage(noscript: Element): boolean {
  const nodes = noscript.children.filter((node) => isElement(node) || node.trim() !== '');
  const [image] = nodes;
  if (nodes.length !== 1 || image === undefined || !isElement(image) || image.name !== 'img')
    return false;
  const alts = noscript.parent && altsIn(noscript.parent);
  return alts?.get(attributeOf(image, 'alt')) === 1;
}

/** By description, how many pictures have it. */
const altsIn = perElement((element) => {
  const counts = new Map<string, number>();
  for (const image of findAll(element, ({ name }) => name === 'img')) {
    const alt = attributeOf(image, 'alt');
    counts.set(alt, (counts.get(alt) ?? 0) + 1);
  }
  return counts;
});

/** Beside its code, whose language it names. */
function isLanguageLabel(element: Element, classes: string): boolean {
  if (!/^(?:code-)?lang(?:uage)?(?:-label|-name)? $/.test(classes)) return false;
  return element.parent !== undefined && holdsPre(element.parent);
}

const holdsPre = perElement(({ children }) =>
  children.some((node) => isElement(node) && node.name === 'pre'),
);

/** A list by its id. Sections have ids too, made of their headings. */
function isNamedMenu({ name, attributes }: Element): boolean {
  const id = attributes.get('id');
  return id !== undefined && /^(?:div|ul|ol)$/.test(name) && menu.test(id);
}

function isSurrounding(element: Element, role: string, { inContent }: Place): boolean {
  switch (element.name) {
    case 'nav':
    case 'search':
      return true;
    case 'footer':
      if (role.startsWith('doc-') || notes.test(classesOf(element))) return false;
      if (/^(?:blockquote|figure|table|td)$/.test(element.parent?.name ?? '')) return false;
      return !inContent || !isSource(element);
    case 'aside':
      return isSideMatter(element, inContent);
    case 'dialog':
      return !inContent && !element.attributes.has('open');
    default:
      return (
        /^(?:navigation|search|menubar|toolbar)$/.test(role) ||
        (!inContent && /^(?:dialog|alertdialog|contentinfo|complementary)$/.test(role))
      );
  }
}

/** The words of a footer in the text, which say whose words are above it. */
function isSource(footer: Element): boolean {
  const { parent } = footer;
  if (parent === undefined || parent.name === 'body' || isContent(parent)) return false;
  if (/footer|meta|copyright/i.test(`${classesOf(footer)} ${attributeOf(footer, 'id')}`))
    return false;
  if (textLength(footer) > maxToolLength || /^\s*(?:©|copyright\b)/i.test(textOf(footer)))
    return false;
  return !isListOfLinks(footer) && !hasInside(footer, isOperated);
}

function isSideMatter(element: Element, inContent: boolean): boolean {
  const label = `${classesOf(element)} ${attributeOf(element, 'aria-label')}`;
  const role = attributeOf(element, 'role').toLowerCase();
  if (role === 'note' || role.startsWith('doc-')) return false;
  // Notes and boxes of a book in EPUB.
  if (/note|sidebar/i.test(attributeOf(element, 'epub:type'))) return false;
  if (callout.test(label) || (inContent && hasSidebarTitle(element))) return false;
  return !inContent || sideMatter.test(`${label} ${attributeOf(element, 'id')}`);
}

/** As Sphinx writes the directive for what belongs to the text beside it. */
function hasSidebarTitle({ children }: Element): boolean {
  return children.some(
    (child) => isElement(child) && child.name === 'p' && sidebarTitle.test(classesOf(child)),
  );
}

const sidebarTitle = wholeClass('sidebar-title');

/** Not where a class of that name stands on a part of the text. */
function isTool(element: Element): boolean {
  const blocks = findAll(element, ({ name }) => /^(?:h[1-6]|pre|table|p)$/.test(name));
  return blocks.length < 4 && !blocks.some(({ name }) => /^(?:h1|pre|table)$/.test(name));
}

function isSkipLink(element: Element, { inContent }: Place): boolean {
  const said = textOf(element).trim();
  if (toTop.test(said)) return attributeOf(element, 'href').startsWith('#') && isAlone(element);
  return !inContent && /^skip (?:to|navigation)/i.test(said);
}

const toTop = /^\W*(?:back|return|go|scroll) to (?:the )?top\W*$/i;

/** Whether the sentence that it is in has no other words. */
function isAlone(element: Element): boolean {
  const { parent } = element;
  if (parent === undefined || !isSentence(parent)) return true;
  return textLength(parent) === textLength(element);
}

/** At least two thirds of its text are links. */
/** Its own title, such as `Table of contents`, does not count. */
function isListOfLinks(element: Element): boolean {
  const linked = linkedLength(element);
  const first = element.children.find(isElement);
  const title = first === undefined || linkedLength(first) > 0 ? 0 : textLength(first);
  const rest = textLength(element) - (linked > 0 && title <= maxMenuTitleLength ? title : 0);
  return linked >= rest * 0.66;
}

const linkedLength: (element: Element) => number = perElement(({ children }) =>
  children
    .filter(isElement)
    .reduce(
      (sum, child) => sum + (child.name === 'a' ? textLength(child) : linkedLength(child)),
      0,
    ),
);
