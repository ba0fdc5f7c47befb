import { attributeOf, findAll, isElement, maxDepth, perElement, replaceChildren } from './tree.ts';
import type { Element } from './tree.ts';

type Node = Element | string;
/** By the id of a place, the part of the page that its server sent later. */
type Parts = ReadonlyMap<string, Element>;

/** As React names them: `B:` with something to read meanwhile, `P:` without. */
const placeId = /^(.*)([BP]):([\da-f]+)$/s;
const partId = /(?:^|:)S:[\da-f]+$/;

/**
 * Puts what React sent behind the page, hidden and for a script, where that script puts it: in
 * place of a template and of what is shown until then. Each part stands once.
 */
export function placeStreamedParts(root: Element): Element {
  const parts = findParts(root);
  if (parts.size > 0) placeIn(root, 0, parts);
  return root;
}

function findParts(root: Element): Parts {
  const wanted = findAll(root, isPlace);
  if (wanted.length === 0) return new Map();
  const byId = new Map<string, Element>();
  const visit = (outer: Element): void => {
    for (const child of outer.children) {
      if (!isElement(child)) continue;
      const id = attributeOf(child, 'id');
      if (partId.test(id) && !byId.has(id)) byId.set(id, child);
      visit(child);
    }
  };
  visit(root);
  const found = new Map<string, Element>();
  for (const place of wanted) {
    const id = attributeOf(place, 'id');
    const part = byId.get(id.replace(placeId, '$1S:$3'));
    if (part !== undefined) found.set(id, part);
  }
  return found;
}

function isPlace({ name, attributes }: Element): boolean {
  return name === 'template' && placeId.test(attributes.get('id') ?? '');
}

/** From the top: what a part holds is looked at where the part is put, and nowhere else. */
function placeIn(outer: Element, depth: number, parts: Parts): void {
  let nodes = outer.children;
  if (nodes.some((node) => isElement(node) && (isPlace(node) || isMark(node))))
    nodes = placeAmong(nodes, depth, parts);
  if (nodes !== outer.children) replaceChildren(outer, nodes);
  for (const node of nodes)
    if (isElement(node) && !partId.test(attributeOf(node, 'id'))) placeIn(node, depth + 1, parts);
}

function placeAmong(children: readonly Node[], depth: number, parts: Parts): Node[] {
  /** Behind what is put in place of its parent, the first one last. */
  const rest = children.toReversed();
  const placed: Node[] = [];
  const ends = findEnds(children);
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (isElement(node) && isMark(node)) continue;
    const part = isElement(node) ? partFor(node, depth, parts) : undefined;
    if (part === undefined) {
      placed.push(node);
      continue;
    }
    const end = ends.get(node as Element);
    if (end !== undefined) while (rest.length > 0 && rest.at(-1) !== end) rest.pop();
    const inner = part.children;
    replaceChildren(part, []);
    for (const [place, mark] of findEnds(inner)) ends.set(place, mark);
    for (const one of inner.toReversed()) rest.push(one);
  }
  return placed;
}

function partFor(place: Element, depth: number, parts: Parts): Element | undefined {
  if (!isPlace(place)) return undefined;
  const part = parts.get(attributeOf(place, 'id'));
  // Deeper than any tree is, it stays where it was.
  return part !== undefined && depth + heightOf(part) <= maxDepth ? part : undefined;
}

const heightOf: (element: Element) => number = perElement(({ children }) =>
  children.reduce((most, one) => (isElement(one) ? Math.max(most, 1 + heightOf(one)) : most), 0),
);

/** By each place, the mark behind what is shown until its part is there. */
function findEnds(nodes: readonly Node[]): Map<Element, Element> {
  const ends = new Map<Element, Element>();
  const open: Element[] = [];
  for (const node of nodes.toReversed()) {
    if (!isElement(node)) continue;
    if (node.name === '#/$') open.push(node);
    else if (isMark(node)) open.pop();
    else if (attributeOf(node, 'id').includes('B:') && isPlace(node)) {
      const end = open.at(-1);
      if (end !== undefined) ends.set(node, end);
    }
  }
  return ends;
}

/** Of the comments around what may come later. */
function isMark({ name }: Element): boolean {
  return name.startsWith('#');
}
