import { wholeClass } from './class-pattern.ts';
import { isCodeTable } from './code-tables.ts';
import { holdsLines, isBlockStyle, lineClass } from './line-elements.ts';
import { attributeOf, classesOf, hasInside } from './tree.ts';
import type { Element } from './tree.ts';

/** Editors and highlighters that have no `<pre>` around all lines. */
const codeViews = wholeClass(`
  CodeMirror-code cm-content view-lines react-code-lines syntaxhighlighter hljs-container ec-lines
  ace_text-layer crayon-pre enlighter
`);
const fragment = wholeClass('fragment');
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
      return (isCodeView(element) && !hasInside(element, isPlainPre)) || isPastedCode(element);
    default:
      return false;
  }
}

/** As editors such as VS Code copy it. */
function isPastedCode(element: Element): boolean {
  const style = attributeOf(element, 'style');
  return (
    /white-space\s*:\s*(?:pre|break-spaces)\b(?!-line)/i.test(style) &&
    /font[^;]*(?:mono|courier|consolas|menlo)/i.test(style)
  );
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
