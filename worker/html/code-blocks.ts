import { wholeClass } from './class-pattern.ts';
import { isCodeLanguage } from './code-language.ts';
import { isCodeTable } from './code-tables.ts';
import { holdsBlock } from './elements.ts';
import { holdsLines, isBlockStyle, lineClass } from './line-elements.ts';
import { isLineNumber } from './line-numbers.ts';
import { isNoCode } from './no-code.ts';
import { attributeOf, classesOf, hasInside, isElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** Editors and highlighters that have no `<pre>` around all lines. */
const codeViews = wholeClass(`
  CodeMirror-code cm-content view-lines react-code-lines syntaxhighlighter hljs-container ec-lines
  ace_text-layer crayon-pre enlighter ltx_listing prism-code
`);
const fragment = wholeClass('fragment');
/** With a number it is a place for advertisements, of a plugin of WordPress. */
const codeBlock = wholeClass('code-block');
const numberedBlock = wholeClass('code-block-\\d+');
const gitwebLine = wholeClass('pre');
/** Of a text that may be edited, and is shown as an example. */
const exampleClass = /(?:^|[\s_-])(?:source|example|code|exampleCode)(?:$|[\s_-])/i;

/** @returns whether it shows code on lines of its own */
export function isCodeBlock(element: Element): boolean {
  switch (element.name) {
    case 'pre':
    case 'xmp':
    case 'listing':
    case 'plaintext':
      return true;
    case 'table':
      return isCodeTable(element);
    case 'textarea':
      return element.attributes.has('readonly') || exampleClass.test(classesOf(element));
    case 'code':
      return (
        isBlockStyle(element) ||
        hasInside(element, ({ name }) => name === 'br' || name === 'div') ||
        holdsLines(element)
      );
    case 'span':
      return element.attributes.has('data-ds--code--code-block');
    case 'div':
    case 'section':
      if (isPastedCode(element) || isSetIn(element)) return true;
      return isCodeView(element) && !hasInside(element, isPlainPre);
    default:
      return false;
  }
}

/** As editors such as VS Code copy it, and as Evernote keeps it. */
function isPastedCode(element: Element): boolean {
  const style = attributeOf(element, 'style');
  if (/-en-codeblock\s*:\s*true/i.test(style)) return true;
  return (
    /white-space\s*:\s*(?:pre|break-spaces)\b(?!-line)/i.test(style) &&
    /font[^;]*(?:mono|courier|consolas|menlo)/i.test(style)
  );
}

/** By its name, or by its language and its lines, as Writerside writes it; no block is in it. */
function isPlainCode(element: Element): boolean {
  if (element.attributes.size === 0) return false;
  const classes = classesOf(element);
  if (codeBlock.test(classes) && !numberedBlock.test(classes))
    return !holdsBlock(element) && !holdsCodeAndWords(element);
  const language = element.attributes.get('data-lang') ?? element.attributes.get('data-language');
  if (language === undefined || !isCodeLanguage(language) || holdsBlock(element)) return false;
  return textOf(element).trim().includes('\n') && !hasInside(element, isOperated);
}

/** Words beside the code are a name for it, and a text to edit is a copy. */
function holdsCodeAndWords(element: Element): boolean {
  if (!hasInside(element, ({ name }) => name === 'code' || name === 'textarea')) return false;
  const nodes = element.children.filter((node) =>
    isElement(node) ? !isNoCode(node) : node.trim() !== '',
  );
  const [only] = nodes;
  return nodes.length !== 1 || only === undefined || !isElement(only) || only.name !== 'code';
}

/** Labels of tabs have a language too. */
function isOperated({ name }: Element): boolean {
  return /^(?:a|button|input|select|label)$/.test(name);
}

/** @returns whether the page may have blanks before each line of it, which are no part of it */
export function isSetIn(element: Element): boolean {
  return isGitweb(element) || (element.name === 'div' && isPlainCode(element));
}

/** Whether its every child is a line of a file as gitweb shows it: a number, a blank, the line. */
function isGitweb({ name, children }: Element): boolean {
  const nodes = name === 'div' ? children : [];
  const isLine = (node: Element | string): boolean =>
    isElement(node) ? isGitwebLine(node) : node.trim() === '';
  return nodes.some(isElement) && nodes.every(isLine);
}

function isGitwebLine(line: Element): boolean {
  if (line.name !== 'div' || !gitwebLine.test(classesOf(line))) return false;
  const [first] = line.children;
  return first !== undefined && isElement(first) && first.name === 'a' && isLineNumber(first);
}

/** Doxygen's name is also that of a step of a presentation. */
function isCodeView(element: Element): boolean {
  if (codeViews.test(classesOf(element))) return true;
  const isLine = (inner: Element): boolean => lineClass.test(classesOf(inner));
  return fragment.test(classesOf(element)) && hasInside(element, isLine);
}

/** One with all of the code, where an editor has one for each line. */
function isPlainPre(element: Element): boolean {
  return (element.name === 'pre' || isTable(element)) && !lineClass.test(classesOf(element));
}

function isTable({ name }: Element): boolean {
  return name === 'table';
}
