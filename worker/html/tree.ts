import { Tokenizer } from 'htmlparser2';

import { PulseError } from '../errors.ts';

export interface Element {
  /** In lower case, as are the names of attributes. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: Element | undefined;
  readonly children: readonly (Element | string)[];
}

interface OpenElement extends Element {
  parent: OpenElement | undefined;
  children: (Element | string)[];
}

/**
 * In levels. Pages of real generators have some 40. A deeper element is left out of the tree and
 * its content is kept, so that whoever walks the tree may call itself.
 */
export const maxDepth = 200;

/**
 * Of elements, and of attributes: with more, a page of 10 MB may need more than the 341 MiB that
 * the API has. A page of 10 MB whose every fourth word is bold has 525,000 elements.
 */
const maxCount = 600_000;

const noChildren: (Element | string)[] = [];
const noAttributes: ReadonlyMap<string, string> = new Map();
const voidNames = new Set(
  'area base basefont br col embed frame hr img input link meta param source track wbr'.split(' '),
);
const blockNames =
  'address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 ' +
  'h3 h4 h5 h6 header hr main menu nav ol p pre section table ul';
/** By an element, the open ones that end where it begins, though their end is not written. */
const impliedEnds: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...blockNames.split(' ').map((name) => [name, new Set(['p'])] as const),
  ['li', new Set(['li', 'p'])],
  ['dt', new Set(['dt', 'dd', 'p'])],
  ['dd', new Set(['dt', 'dd', 'p'])],
  ['tr', new Set(['tr', 'td', 'th', 'p', 'caption', 'colgroup'])],
  ['td', new Set(['td', 'th', 'p'])],
  ['th', new Set(['td', 'th', 'p'])],
  ...['thead', 'tbody', 'tfoot'].map(
    (name) =>
      [
        name,
        new Set(['thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'p', 'caption', 'colgroup']),
      ] as const,
  ),
  ['option', new Set(['option'])],
  ['a', new Set(['a'])],
  ['body', new Set(['head'])],
]);

/**
 * Reads HTML, or XHTML, as a tree: an end that is not written is where browsers put it in most
 * cases, and broken nesting loses no text. Time and memory grow with the length alone.
 *
 * @returns the root, which has no name and stands for the document
 * @throws PulseError DOCUMENT_INVALID with more elements, or attributes, than fit into memory
 */
export function parseTree(html: string): Element {
  const root: OpenElement = elementOf('', undefined, undefined, []);
  let current = root;
  let depth = 0;
  /** In how many pictures and formulas, where an end may be part of the tag. */
  let foreignDepth = 0;
  /** By name, how many elements are open that the tree leaves out. */
  const leftOut = new Map<string, number>();
  let name = '';
  let attribute = '';
  let value = '';
  let attributes: Map<string, string> | undefined;
  let elementCount = 0;
  let attributeCount = 0;

  const addText = (text: string): void => {
    const last = current.children.length - 1;
    const before = current.children[last];
    if (typeof before === 'string') current.children[last] = before + text;
    else current.children.push(text);
  };
  const close = (): void => {
    if (isForeignRoot(current.name)) foreignDepth -= 1;
    // An array that grows keeps room for 16 more.
    if (current.children.length < 16) current.children = [...current.children];
    current = current.parent as OpenElement;
    depth -= 1;
    if (leftOut.size > 0) leftOut.clear();
  };
  const open = (isSelfClosing: boolean): void => {
    const ends = impliedEnds.get(name);
    if (ends !== undefined) while (ends.has(current.name)) close();
    const isVoid = isSelfClosing || voidNames.has(name);
    if (depth >= maxDepth && !isVoid) {
      leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
      return;
    }
    elementCount += 1;
    attributeCount += attributes?.size ?? 0;
    if (elementCount > maxCount) throw tooMany('elements');
    if (attributeCount > maxCount) throw tooMany('attributes');
    const element = elementOf(name, current, attributes, isVoid ? noChildren : []);
    current.children.push(element);
    if (name === 'template' && /[BP]:/.test(attributes?.get('id') ?? '')) isStreamed = true;
    if (isVoid) return;
    current = element;
    depth += 1;
    if (isForeignRoot(name)) foreignDepth += 1;
  };
  const end = (ended: string): void => {
    const left = leftOut.get(ended) ?? 0;
    if (left > 0) {
      leftOut.set(ended, left - 1);
      return;
    }
    let element: Element | undefined = current;
    let levels = 1;
    for (; element !== undefined && element.name !== ended; element = element.parent) levels += 1;
    if (element === undefined || ended === '') return;
    for (; levels > 0; levels -= 1) close();
  };
  const isForeign = (): boolean => foreignDepth > 0;
  /** A template of React is in the page: its comments say where what it stands for ends. */
  let isStreamed = false;
  const isXml = /^\s*<\?xml\b/.test(html);
  const nothing = (): void => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true, recognizeSelfClosing: isXml },
    {
      ontext: (from, to) => addText(html.slice(from, to)),
      ontextentity: (codePoint) => addText(String.fromCodePoint(codePoint)),
      onopentagname: (from, to) => {
        name = html.slice(from, to).toLowerCase();
        attributes = undefined;
      },
      onattribname: (from, to) => {
        attribute = html.slice(from, to).toLowerCase();
        value = '';
      },
      onattribdata: (from, to) => {
        value += html.slice(from, to);
      },
      onattribentity: (codePoint) => {
        value += String.fromCodePoint(codePoint);
      },
      onattribend: () => {
        attributes ??= new Map();
        if (!attributes.has(attribute)) attributes.set(attribute, value);
      },
      onopentagend: () => open(false),
      onselfclosingtag: () => open(isXml || isForeignRoot(name) || isOfXml(name) || isForeign()),
      onclosetag: (from, to) => {
        const ended = html.slice(from, to).toLowerCase();
        if (ended !== 'br') {
          end(ended);
          return;
        }
        name = 'br';
        attributes = undefined;
        open(false);
      },
      oncdata: (from, to, offset) => {
        if (isXml || isForeign() || isOfXml(current.name)) addText(html.slice(from, to - offset));
      },
      isInForeignContext: isForeign,
      oncomment: (from, to, offset) => {
        if (!isStreamed || to - from > 10) return;
        const [mark] = /^(?:\/?\$|\$[?!~])$/.exec(html.slice(from, to - offset)) ?? [];
        if (mark !== undefined)
          current.children.push(elementOf(`#${mark}`, current, undefined, noChildren));
      },
      ondeclaration: nothing,
      onprocessinginstruction: nothing,
      onend: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return root;
}

/** `ac:plain-text-body` and others that Confluence writes into HTML by the rules of XML. */
function isOfXml(name: string): boolean {
  return name.includes(':');
}

function isForeignRoot(name: string): boolean {
  return name === 'svg' || name === 'math';
}

function elementOf(
  name: string,
  parent: OpenElement | undefined,
  attributes: Map<string, string> | undefined,
  children: (Element | string)[],
): OpenElement {
  return { name, attributes: attributes ?? noAttributes, parent, children };
}

function tooMany(what: string): PulseError {
  const limit = maxCount.toLocaleString('en');
  return new PulseError('DOCUMENT_INVALID', 'final', `html: has more than ${limit} ${what}`);
}

/** Moves them into an element, in place of what is in it. */
export function replaceChildren(element: Element, children: readonly (Element | string)[]): void {
  const open = element as OpenElement;
  open.children = [...children];
  for (const child of children) if (isElement(child)) (child as OpenElement).parent = open;
}

export function isElement(node: Element | string): node is Element {
  return typeof node !== 'string';
}

/** @returns the elements below one for which that holds, in their order; none below a found one */
export function findAll(element: Element, holds: (inner: Element) => boolean): Element[] {
  const found: Element[] = [];
  const visit = (outer: Element): void => {
    for (const child of outer.children) {
      if (!isElement(child)) continue;
      if (holds(child)) found.push(child);
      else visit(child);
    }
  };
  visit(element);
  return found;
}

export function hasInside(element: Element, holds: (inner: Element) => boolean): boolean {
  return element.children.some(
    (child) => isElement(child) && (holds(child) || hasInside(child, holds)),
  );
}

/**
 * Remembers what was read of an element: a question about a parent, asked for each of its children,
 * would take the square of their number.
 */
export function perElement<Value>(read: (element: Element) => Value): (element: Element) => Value {
  const known = new WeakMap<Element, { readonly value: Value }>();
  return (element) => {
    const found = known.get(element);
    if (found !== undefined) return found.value;
    const value = read(element);
    known.set(element, { value });
    return value;
  };
}

/** All text in it, as it stands. */
export function textOf(node: Element | string): string {
  return isElement(node) ? node.children.map(textOf).join('') : node;
}

export function attributeOf(element: Element, name: string): string {
  return element.attributes.get(name) ?? '';
}

export function classesOf(element: Element): string {
  return element.attributes.get('class') ?? '';
}

/** In characters, without the blanks around its texts. */
export const textLength: (element: Element) => number = perElement(({ children }) =>
  children.reduce(
    (sum, child) =>
      sum + (isElement(child) ? textLength(child) : child.replaceAll(/\s+/g, ' ').trim().length),
    0,
  ),
);

/** @returns whether it stands in an element for which that holds, below the root */
export function isWithin(element: Element, holds: (outer: Element) => boolean): boolean {
  for (let outer = element.parent; outer !== undefined; outer = outer.parent)
    if (holds(outer)) return true;
  return false;
}
