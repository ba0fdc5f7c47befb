import { isContent } from './content.ts';
import { isHeading } from './elements.ts';
import type { Place } from './place.ts';
import { noSlotted } from './shadow-root.ts';
import type { Slotted } from './shadow-root.ts';
import { classesOf, isElement } from './tree.ts';
import type { Element } from './tree.ts';

/** What is known of the elements around one. */
export interface Context extends Place {
  readonly inCell: boolean;
  /** In code within a line, whose text Markdown shows as it stands: no mark may be in it. */
  readonly inCode: boolean;
  /** In code, or in a signature, whose stars would be taken for emphasis. */
  readonly isUnmarked: boolean;
  readonly inItem: boolean;
  /** What stands in the host of a shadow root, for its slots. */
  readonly slotted: Slotted;
  /** Of a page that has nothing but surroundings. */
  readonly keepsAll: boolean;
}

const sentences = /^(?:p|li|dt|dd|td|th|h[1-6]|summary|figcaption|caption|label|legend)$/;

export const outermost: Context = {
  inContent: false,
  inSentence: false,
  inHeading: false,
  inCell: false,
  inCode: false,
  isUnmarked: false,
  inItem: false,
  slotted: noSlotted,
  keepsAll: false,
};

/** @returns what is known of the children of an element */
export function enter(element: Element, outer: Context): Context {
  const inContent = outer.inContent || isContent(element);
  const inSentence = outer.inSentence || sentences.test(element.name);
  const inHeading = outer.inHeading || isHeading(element);
  const inCode = outer.inCode || element.name === 'code' || element.name === 'kbd';
  const isUnmarked = outer.isUnmarked || inCode || isSignature(element);
  const inItem = outer.inItem || element.name === 'li';
  if (
    inContent === outer.inContent &&
    inSentence === outer.inSentence &&
    inHeading === outer.inHeading &&
    inCode === outer.inCode &&
    isUnmarked === outer.isUnmarked &&
    inItem === outer.inItem
  )
    return outer;
  return { ...outer, inContent, inSentence, inHeading, inCode, isUnmarked, inItem };
}

/**
 * @returns whether it is where Markdown runs blocks and words into one another that have no blank
 *   line between them.
 */
export function isPartOfItem({ inItem, inCell, inHeading }: Context): boolean {
  return inItem && !inCell && !inHeading;
}

/** As Sphinx writes it, which gave it a class of its own in version 4. */
function isSignature({ name, children, attributes }: Element): boolean {
  if (name !== 'dt') return false;
  if (/(?:^|\s)sig(?:$|\s)/.test(attributes.get('class') ?? '')) return true;
  return children.some((child) => isElement(child) && /(?:^|\s)sig-/.test(classesOf(child)));
}
