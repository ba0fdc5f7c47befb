import { neighboursOf } from './neighbours.ts';
import { attributeOf, isElement, perElement, textLength, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** An effect of a style sheet needs the words twice; more of them are no effect. */
const maxCopyLength = 1_000;
const maxTooltipLength = 40;

/**
 * @returns whether an element that is hidden from speech has the words of text beside it, for an
 *   effect, or shows what a button without words is for
 */
export function isUnspokenCopy(element: Element): boolean {
  if (element.parent === undefined || textLength(element) > maxCopyLength) return false;
  const text = textOf(element).trim();
  return text !== '' && (textsSpokenIn(element.parent).has(text) || isTooltip(element));
}

function isTooltip(element: Element): boolean {
  const { before } = neighboursOf(element);
  if (before === undefined || !isElement(before) || before.name !== 'button') return false;
  return textLength(before) === 0 && textLength(element) <= maxTooltipLength;
}

const textsSpokenIn = perElement(({ children }) => {
  const spoken = children.filter(
    (node) =>
      !isElement(node) ||
      (attributeOf(node, 'aria-hidden') !== 'true' && textLength(node) <= maxCopyLength),
  );
  return new Set(spoken.map((node) => textOf(node).trim()));
});
