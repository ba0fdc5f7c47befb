import { attributeOf, isElement } from './tree.ts';
import type { Element } from './tree.ts';

/** What stands in the host of a shadow root, by the name of the slot that shows it. */
export type Slotted = Map<string, (Element | string)[]>;

export const noSlotted: Slotted = new Map();

export function isShadowRoot(node: Element | string): node is Element {
  return (
    isElement(node) &&
    node.name === 'template' &&
    (node.attributes.has('shadowrootmode') || node.attributes.has('shadowroot'))
  );
}

/** @returns a map to take from: the first slot of a name shows what has that name, no other one */
export function slottedOf(host: Element): Slotted {
  const slotted: Slotted = new Map();
  for (const node of host.children) {
    if (isShadowRoot(node)) continue;
    const name = isElement(node) ? attributeOf(node, 'slot') : '';
    const nodes = slotted.get(name);
    if (nodes === undefined) slotted.set(name, [node]);
    else nodes.push(node);
  }
  return slotted;
}
