import type { Element } from './tree.ts';

export const inline = new Set('b strong i em code del s strike sub sup kbd mark q'.split(' '));
export const lists = new Set(['ul', 'ol', 'blockquote']);
export const paragraphs = new Set('p dt figcaption caption legend summary address'.split(' '));
export const blocks = new Set(
  (
    'div section article main header footer aside nav form fieldset details dl dd figure hgroup ' +
    'center body html table thead tbody tfoot tr td th dialog search picture'
  ).split(' '),
);

export function isHeading({ name }: Element): boolean {
  return /^h[1-6]$/.test(name);
}

/** @returns whether it stands on lines of its own */
export function isBlock(element: Element): boolean {
  const { name } = element;
  return (
    blocks.has(name) || paragraphs.has(name) || isHeading(element) || /^(?:ul|ol|pre)$/.test(name)
  );
}
