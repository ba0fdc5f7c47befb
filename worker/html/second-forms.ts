import { wholeClass } from './class-pattern.ts';
import { isCodeBlock } from './code-blocks.ts';
import { readLines } from './code-lines.ts';
import { isHidden } from './hidden.ts';
import { attributeOf, classesOf, hasInside, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** The plain form that Crayon and EnlighterJS keep of what they show near it. */
const plainForm = wholeClass('crayon-plain EnlighterJSRAW');
const shownForm = wholeClass('crayon-pre enlighter');
/** What was written, near what is made of it. */
const sourceForm = wholeClass('\\S+-source');
const joplinSource = wholeClass('joplin-source');
/** In levels, below the parent and its parent: each code is looked at so often, and no more. */
const maxDistance = 6;

/** @returns whether a block of code is near it that shows the same as it does */
export function isSecondForm(element: Element): boolean {
  if (isSourceOfFormula(element)) return true;
  if (plainForm.test(classesOf(element))) {
    const around = element.name === 'textarea' ? element.parent?.parent : element.parent;
    return around !== undefined && holdsShownForm(around);
  }
  if (!isSource(element)) return false;
  const text = withoutBlanks(textOf(element));
  if (text === '') return false;
  return [element.parent, element.parent?.parent].some(
    (around) => around !== undefined && shownNear(around).has(text),
  );
}

/** @returns whether Joplin shows a formula in its place */
export function isSourceOfFormula({ attributes, parent }: Element): boolean {
  const classes = attributes.get('class');
  if (classes === undefined || parent === undefined || !joplinSource.test(classes)) return false;
  return holdsFormula(parent);
}

const holdsFormula = perElement(({ children }) =>
  children.some((node) => isElement(node) && /katex/.test(classesOf(node))),
);

const holdsShownForm = perElement((around) =>
  hasInside(around, (inner) => shownForm.test(classesOf(inner))),
);

/** A text that may not be edited, which a reader copies from, or one of that name. */
function isSource(element: Element): boolean {
  if (element.name === 'textarea') return element.attributes.has('readonly');
  return sourceForm.test(classesOf(element));
}

/** The code that is shown in an element. */
const shownNear = perElement((around) => {
  const found = new Set<string>();
  const visit = (outer: Element, levels: number): void => {
    for (const child of outer.children) {
      if (!isElement(child) || isHidden(child)) continue;
      if (!isCodeBlock(child)) {
        if (levels > 1 && !isUnspoken(child)) visit(child, levels - 1);
      } else if (!isSource(child)) found.add(lettersOf(child));
    }
  };
  visit(around, maxDistance);
  return found;
});

const lettersOf = perElement((code) => withoutBlanks(readLines(code)));

function withoutBlanks(text: string): string {
  return text.replaceAll(/[\s\u200B]+/g, '');
}

/** It is left out where what it would replace has the same text. */
function isUnspoken(element: Element): boolean {
  if (attributeOf(element, 'aria-hidden') !== 'true' || element.parent === undefined) return false;
  return sourcesIn(element.parent).has(textOf(element).trim());
}

const sourcesIn = perElement(
  ({ children }) =>
    new Set(
      children
        .filter((node) => isElement(node) && isSource(node))
        .map((node) => textOf(node).trim()),
    ),
);
