import { hasLanguageClass } from './code-language.ts';
import { classesOf, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

const none: ReadonlySet<Element> = new Set();

/**
 * As Node.js shows an example for modules of each kind, one of which a style sheet hides.
 *
 * @returns the `<code>` elements in a `<pre>` that are blocks by themselves; none in most
 */
export function formsIn(pre: Element): ReadonlySet<Element> {
  return pre.children.length > 1 ? formsOfSeveral(pre) : none;
}

const formsOfSeveral = perElement((pre): ReadonlySet<Element> => {
  const codes = childrenAlone(pre, ({ name }) => name === 'code');
  if (codes.length === 0 || !codes.every(hasLanguageClass)) return none;
  const isEachOther = new Set(codes.map(classesOf)).size === codes.length;
  const isEachLong = codes.every((code) => textOf(code).trim().includes('\n'));
  return isEachOther || isEachLong ? new Set(codes) : none;
});

/** @returns the elements in a `<pre>` that are lines, as Medium writes them; none in most */
export function linesIn(pre: Element): ReadonlySet<Element> {
  return pre.children.length > 1 ? linesOfSeveral(pre) : none;
}

const linesOfSeveral = perElement((pre): ReadonlySet<Element> => {
  const spans = childrenAlone(pre, isSpan);
  if (spans.length > 0 && spans.every(({ attributes }) => attributes.has('id')))
    return new Set(spans);
  const codes = childrenAlone(pre, ({ name }) => name === 'code');
  const isWhole = (code: Element): boolean => hasLanguageClass(code) || holdsTokens(code);
  return codes.every(isWhole) ? new Set(codes) : none;
});

/** Two of a kind or more, with nothing but other elements between them. */
function childrenAlone(
  { name, children }: Element,
  isOfKind: (child: Element) => boolean,
): readonly Element[] {
  if (name !== 'pre') return [];
  const isOne = (node: Element | string): boolean => isElement(node) && isOfKind(node);
  const from = children.findIndex(isOne);
  const inner = children.slice(from, children.findLastIndex(isOne) + 1);
  const found = inner.filter(isElement).filter(isOfKind);
  return found.length > 1 && inner.every(isElement) ? found : [];
}

function isSpan({ name }: Element): boolean {
  return name === 'span';
}

function holdsTokens({ children }: Element): boolean {
  return children.filter(isElement).length > 1;
}
