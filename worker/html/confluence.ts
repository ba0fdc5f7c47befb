import type { Code } from './code.ts';
import { attributeOf, findAll, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** What Confluence stores beside the text of a page: for its macros and links, not for readers. */
const unshown = /^(?:ac:(?:task-id|task-uuid|task-status|placeholder|emoticon)|ri:.*|at:.*)$/;

/**
 * Reads a macro that shows code, in the form in which Confluence stores pages.
 *
 * @returns undefined for any other element
 */
export function readCodeMacro(element: Element): readonly Code[] | undefined {
  if (!/^ac:(?:structured-)?macro$/.test(element.name)) return undefined;
  if (!/^(?:code|noformat)$/.test(attributeOf(element, 'ac:name'))) return undefined;
  const [body] = findAll(element, ({ name }) => name === 'ac:plain-text-body');
  const language = findAll(element, isParameter).find(
    (parameter) => attributeOf(parameter, 'ac:name') === 'language',
  );
  return [
    {
      text: body === undefined ? '' : textOf(body).trimEnd(),
      language: language === undefined ? '' : textOf(language).trim(),
    },
  ];
}

/** Of the parameters of a macro a reader sees the title: of a panel, a status, an expander. */
export function isUnshownInConfluence(element: Element): boolean {
  if (isParameter(element)) return attributeOf(element, 'ac:name') !== 'title';
  return unshown.test(element.name);
}

function isParameter({ name }: Element): boolean {
  return name === 'ac:parameter';
}
