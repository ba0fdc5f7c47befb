import { isElement, perElement } from './tree.ts';
import type { Element } from './tree.ts';

type Node = Element | string;
interface Neighbours {
  readonly before?: Node | undefined;
  readonly behind?: Node | undefined;
}

/** So many characters say how a text ends. */
const endLength = 20;
const none: Neighbours = {};

/** @returns what stands beside an element in its parent */
export function neighboursOf(element: Element): Neighbours {
  return (element.parent && neighboursIn(element.parent).get(element)) ?? none;
}

const neighboursIn = perElement(({ children }) => {
  const found = new Map<Element, Neighbours>();
  for (const [index, child] of children.entries())
    if (isElement(child))
      found.set(child, { before: children[index - 1], behind: children[index + 1] });
  return found;
});

/** @returns the first characters of its text */
export function startOf(node: Node | undefined): string {
  if (node === undefined) return '';
  return isElement(node) ? startOfElement(node) : node.slice(0, 2);
}

/** @returns the last characters of its text */
export function endOf(node: Node | undefined): string {
  if (node === undefined) return '';
  return isElement(node) ? endOfElement(node) : node.slice(-endLength);
}

const startOfElement = perElement(({ children }): string => firstOf(children, startOf));
const endOfElement = perElement(({ children }): string => firstOf(children.toReversed(), endOf));

function firstOf(nodes: readonly Node[], read: (node: Node) => string): string {
  for (const node of nodes) {
    const text = read(node);
    if (text !== '') return text;
  }
  return '';
}
