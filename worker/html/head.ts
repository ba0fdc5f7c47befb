import { parseLanguage } from '../../shared/locale.ts';
import { attributeOf, findAll, isElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

export interface Head {
  /** As the page states it; empty when it does not. Likewise the next two. */
  readonly title: string;
  readonly description: string;
  readonly language: string;
}

/**
 * Reads what a page says of itself.
 *
 * @param content its main part, whose language may be another than that of what is around it
 */
export function readHead(root: Element, content: Element): Head {
  const parts = findAll(root, ({ name }) => name === 'head' || name === 'body');
  const head = parts.find(({ name }) => name === 'head') ?? root;
  const metas = findAll(head, ({ name }) => name === 'meta');
  const titles = findAll(head, ({ name }) => name === 'title' || name === 'svg');
  const stated = (...names: string[]): string => {
    const found = names.flatMap((name) => metas.filter((meta) => nameOf(meta) === name));
    return found.map((meta) => readLine(attributeOf(meta, 'content'))).find((text) => text) ?? '';
  };
  const languages = ['content-language', 'dc.language', 'language', 'og:locale'];
  const title = titles.find(({ name }) => name === 'title');
  const language =
    languageAround(content) ||
    languageAround(parts.find(({ name }) => name === 'body')) ||
    languageAround(root.children.filter(isElement).find(({ name }) => name === 'html'));
  return {
    title: (title && readLine(textOf(title))) || stated('og:title', 'dc.title', 'twitter:title'),
    description: stated('description', 'og:description', 'dc.description', 'twitter:description'),
    language:
      language ||
      languages.map((name) => stated(name)).find(isLanguage) ||
      languageAround(findAll(root, ({ name }) => name === 'article')[0]),
  };
}

/** Breaks of its source are none of what it says. */
function readLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function nameOf(meta: Element): string {
  const name =
    attributeOf(meta, 'name') || attributeOf(meta, 'property') || attributeOf(meta, 'http-equiv');
  return name.trim().toLowerCase();
}

/** No word such as `english`, no `und`, and nothing that a generator left as `{{ lang }}`. */
function isLanguage(text: string): boolean {
  return parseLanguage(text) !== undefined;
}

/** Of this element, or of the nearest around it that says one. */
function languageAround(element: Element | undefined): string {
  for (let outer = element; outer !== undefined; outer = outer.parent) {
    const language = (attributeOf(outer, 'lang') || attributeOf(outer, 'xml:lang')).trim();
    if (isLanguage(language)) return language;
  }
  return '';
}
