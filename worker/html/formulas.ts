import { wholeClass } from './class-pattern.ts';
import {
  attributeOf,
  classesOf,
  findAll,
  hasInside,
  isElement,
  parseTree,
  perElement,
  textOf,
} from './tree.ts';
import type { Element } from './tree.ts';

/** Renderers show a formula, and hide others of its forms beside it for machines and speech. */
const rendered = wholeClass(`
  katex katex-display mwe-math-element MathJax MathJax_Display MathJax_SVG MathJax_SVG_Display
  MathJax_CHTML mjx-chtml MJXc-display MathJax_PHTML MathJax_PHTML_Display MathJax_NativeMML
  MathJax_MathML ltx_Math math-tex
`);
const ofMathJax2 = /MathJax|mjx/i;
/** TeX as text, for a script of the page to render. */
const source = wholeClass('math arithmatex math-inline math-display language-math tex');
const displayed = wholeClass(`
  katex-display MathJax_Display MathJax_SVG_Display MJXc-display MathJax_PHTML_Display
  mwe-math-element-block
`);

/**
 * Reads a formula once, whatever forms of it the page has: as TeX between dollar signs where it
 * names that, or else as a line of text.
 *
 * @returns undefined for an element that is none
 */
export function readFormula(element: Element): string | undefined {
  const { name, attributes } = element;
  if (name === 'math') return readMath(element);
  if (name === 'script') return readScript(element);
  if (attributes.size === 0) return undefined;
  if (name === 'mjx-container') return firstMath(element) ?? attributeOf(element, 'aria-label');
  const classes = classesOf(element);
  if (classes === '') return undefined;
  if (/(?:^|\s)(?:MathJax_Preview|mwe-math-fallback-image-\w+)(?:$|\s)/.test(classes)) {
    return element.parent !== undefined && hasOtherForm(element.parent) ? '' : undefined;
  }
  if (rendered.test(classes)) return readRendered(element, classes);
  return source.test(classes) ? readSource(textOf(element)) : undefined;
}

function readRendered(element: Element, classes: string): string | undefined {
  // MathJax 2 keeps the TeX beside what it shows.
  if (ofMathJax2.test(classes) && element.parent !== undefined && hasScript(element.parent))
    return '';
  const math = firstMath(element) ?? readData(element);
  if (math === undefined) return readSource(textOf(element));
  return displayed.test(classes) ? math.replace(/^\$([^$]*)\$$/, '$$$$$1$$$$') : math;
}

/** MathML that MathJax 2 keeps for its menu. */
function readData(element: Element): string | undefined {
  const data = attributeOf(element, 'data-mathml');
  return data === '' ? undefined : firstMath(parseTree(data));
}

/** Of a formula, beside what is shown until it is rendered. */
const hasOtherForm = perElement(
  (element) =>
    hasScript(element) ||
    element.children.some((child) => isElement(child) && isOfMathJax2(classesOf(child))),
);

function isOfMathJax2(classes: string): boolean {
  return ofMathJax2.test(classes) && rendered.test(classes);
}

const hasScript = perElement((element) => hasInside(element, isTexScript));

function isTexScript({ name, attributes }: Element): boolean {
  return name === 'script' && (attributes.get('type') ?? '').startsWith('math/tex');
}

function readScript(script: Element): string | undefined {
  if (!isTexScript(script)) return undefined;
  return inDollars(textOf(script), /mode=display/.test(attributeOf(script, 'type')));
}

function firstMath(element: Element): string | undefined {
  const [math] = findAll(element, ({ name }) => name === 'math');
  return math === undefined ? undefined : readMath(math);
}

function readMath(math: Element): string {
  const isDisplay = attributeOf(math, 'display') === 'block';
  const [tex] = findAll(math, isTex);
  const named = tex === undefined ? attributeOf(math, 'alttext') : textOf(tex);
  if (named.trim() !== '') return inDollars(named, isDisplay);
  return lineOf(math).replaceAll(/\s+/g, ' ').trim();
}

function isTex({ name, attributes }: Element): boolean {
  return name === 'annotation' && /tex/i.test(attributes.get('encoding') ?? '');
}

function inDollars(tex: string, isDisplay: boolean): string {
  const plain = tex
    .trim()
    .replace(/^\{\\(?:displaystyle|textstyle)\s*([^]*)\}$/, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return isDisplay ? `$$${plain}$$` : `$${plain}$`;
}

/**
 * TeX between its marks, behind its number in Sphinx; undefined for other text, which a script has
 * shown in its own way.
 */
function readSource(text: string): string | undefined {
  const inline = /^\s*\\\(([^]*)\\\)\s*$/.exec(text)?.[1];
  if (inline !== undefined) return inDollars(inline, false);
  const [, number = '', display] =
    /^\s*(?:(\([\w.-]{1,20}\))\s*[¶#]?)?\s*\\\[([^]*)\\\]\s*$/.exec(text) ?? [];
  return display === undefined ? undefined : `${inDollars(display, true)} ${number}`.trimEnd();
}

/** MathML as a line of text: `(a+b)/c`, `x^2`, `a_1`, `√(x)`. */
function lineOf(node: Element | string): string {
  if (!isElement(node)) return node.trim();
  if (/^annotation(?:-xml)?$/.test(node.name)) return '';
  const parts = node.children
    .map((child) => ({ text: lineOf(child), isAtom: isElement(child) && isAtom(child) }))
    .filter(({ text }) => text !== '');
  const bracketed = parts.map(({ text, isAtom: atom }) => (atom ? text : `(${text})`));
  const [first = '', second = '', third = ''] = bracketed;
  switch (node.name) {
    case 'mfrac':
      return `${first}/${second}`;
    case 'msup':
      return `${first}^${second}`;
    case 'msub':
    case 'munder':
      return `${first}_${second}`;
    case 'mover':
      return `${first}^${second}`;
    case 'msubsup':
    case 'munderover':
      return `${first}_${second}^${third}`;
    case 'msqrt':
      return `√(${parts.map(({ text }) => text).join('')})`;
    case 'mroot':
      return `${second}√(${parts[0]?.text ?? ''})`;
    case 'mtd':
    case 'mtr':
      return `${parts.map(({ text }) => text).join(' ')} `;
    case 'mtext':
      return node.children.map((child) => (isElement(child) ? lineOf(child) : child)).join('');
    default:
      return parts.map(({ text }) => text).join('');
  }
}

function isAtom(element: Element): boolean {
  if (/^m[ion]$|^mtext$/.test(element.name)) return true;
  const inner = element.children.filter(isElement);
  return (
    /^(?:mrow|mstyle|mpadded)$/.test(element.name) &&
    inner.length === 1 &&
    isAtom(inner[0] as Element)
  );
}
