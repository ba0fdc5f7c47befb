import { wholeClass } from './class-pattern.ts';
import { attributeOf, classesOf, findAll } from './tree.ts';
import type { Element } from './tree.ts';

const languagePrefixes = [
  String.raw`lang(?:uage)?-`,
  String.raw`brush:\s*`,
  String.raw`sourceCode\s+`,
  'src-',
  'mw-highlight-lang-',
  'highlight-source-',
  'highlight-text-',
  'highlight-',
  'ltx_lst_language_',
];
const languageClass = new RegExp(`(?:^|[\\s;])(?:${languagePrefixes.join('|')})([\\w+#.-]+)`, 'i');
/** Languages that some generators give as a class without a prefix. */
const bareLanguage = wholeClass(`
  bash c clojure cpp csharp css diff elixir erlang go haskell html ini java javascript js json
  kotlin lua perl php powershell python r ruby rust scala sh shell sql swift toml ts xml yaml
  typescript
`);
const shortLanguage = /^(?:c\+\+|c#|cs|f#|hs|jsx?|kt|md|ps1?|py|rb|rs|sh|tsx?|tf|vb|yml)$/i;
const otherLanguage =
  /^(?:console|dockerfile|graphql|groovy|http|makefile|markdown|objc|sass|scss)$/i;
const noLanguage =
  /^(?:default|none|plaintext|plain|text|notranslate|lines?|hljs|dark|light|wrapper)$/i;

/** What the code, or an element close around it, says of its language. */
export function languageOf(element: Element): string {
  const inner = findAll(element, ({ name }) => name === 'code' || name === 'pre');
  const around: Element[] = [element];
  for (let outer = element.parent; outer !== undefined; outer = outer.parent) {
    if (around.length > 5 || /^(?:article|section|main|body|li|td)$/.test(outer.name)) break;
    around.push(outer);
  }
  const isLanguage = (name: string): boolean =>
    /^[\w+#.-]{1,30}$/.test(name) && !noLanguage.test(name);
  return [...inner, ...inner.flatMap(codeIn), ...around].flatMap(namesOf).find(isLanguage) ?? '';
}

/** @returns whether a class of it names a language */
export function hasLanguageClass(element: Element): boolean {
  return languageClass.test(classesOf(element));
}

/** @returns whether a word names a language of code, and not one such as `en` */
export function isCodeLanguage(name: string): boolean {
  return [bareLanguage, shortLanguage, otherLanguage].some((names) => names.test(name));
}

function codeIn(pre: Element): Element[] {
  return findAll(pre, ({ name }) => name === 'code');
}

function namesOf(element: Element): string[] {
  const classes = classesOf(element);
  return [
    attributeOf(element, 'data-lang'),
    attributeOf(element, 'data-language'),
    attributeOf(element, 'data-code-wrap'),
    attributeOf(element, 'data-code-lang'),
    attributeOf(element, 'data-enlighter-language'),
    // Of Mintlify and of Google's pages for developers.
    attributeOf(element, 'language'),
    attributeOf(element, 'syntax'),
    /(?:^|\s)highlight\s+hl-([\w+#-]+)/.exec(classes)?.[1],
    languageClass.exec(attributeOf(element, 'data-syntaxhighlighter-params'))?.[1],
    languageClass.exec(classes)?.[1],
    /(?:^|\s)hljs\s+([\w+#-]+)/.exec(classes)?.[1],
    /(?:^|\s)syntaxhighlighter\s(?:.*\s)?([\w+#-]+)\s*$/.exec(classes)?.[1],
    /^(?:pre|code)$/.test(element.name) ? bareLanguage.exec(classes)?.[0].trim() : undefined,
  ].filter((name) => name !== undefined);
}
