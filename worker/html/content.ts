import { attributeOf, findAll, hasInside, textOf } from './tree.ts';
import type { Element } from './tree.ts';

export interface Content {
  /** The main part, where the page names exactly one. */
  readonly main: Element | undefined;
  /** The heading of the page that some sites put outside of that. */
  readonly heading: Element | undefined;
}

export function findContent(root: Element): Content {
  const mains = findAll(root, isMain).filter(({ attributes }) => !attributes.has('hidden'));
  const [main] = mains;
  if (main === undefined || mains.length > 1) return { main: undefined, heading: undefined };
  if (hasInside(main, isTitle)) return { main, heading: undefined };
  const heading = findAll(root, (element) => isTitle(element) || isOutsideTitle(element)).find(
    (element) => isTitle(element) && textOf(element).trim() !== '',
  );
  return { main, heading };
}

function isMain(element: Element): boolean {
  return element.name === 'main' || attributeOf(element, 'role').toLowerCase() === 'main';
}

function isTitle({ name }: Element): boolean {
  return name === 'h1';
}

function isOutsideTitle({ name }: Element): boolean {
  return /^(?:main|nav|aside|footer|dialog|template|noscript|svg)$/.test(name);
}
