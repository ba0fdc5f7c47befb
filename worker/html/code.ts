import { isCodeBlock, isSetIn } from './code-blocks.ts';
import { languageOf } from './code-language.ts';
import { readLines } from './code-lines.ts';
import { formsIn } from './pre-parts.ts';
import { isSecondForm, isSourceOfFormula } from './second-forms.ts';
import { textOf } from './tree.ts';
import type { Element } from './tree.ts';

export interface Code {
  readonly text: string;
  /** As the page names it; empty when it does not. */
  readonly language: string;
}

/**
 * @returns what this element shows as blocks of code: one, or none where another element shows the
 *   same; undefined where it is no code
 */
export function readCodeBlocks(element: Element): readonly Code[] | undefined {
  if (!isCodeBlock(element)) return isSourceOfFormula(element) ? [] : undefined;
  if (isSecondForm(element)) return [];
  const forms = [...formsIn(element)];
  return (forms.length > 0 ? forms : [element]).map(readCode);
}

function readCode(element: Element): Code {
  const lines = readLines(element);
  const read = isSetIn(element) ? withoutIndentation(lines) : lines;
  // What was taken for numbers and buttons is all that there is.
  const text = read.trim() === '' ? textOf(element) : read;
  const firstLine = text.lastIndexOf('\n', text.search(/\S/)) + 1;
  return { text: text.slice(firstLine).trimEnd(), language: languageOf(element) };
}

/** Without the blanks that all lines begin with. */
function withoutIndentation(text: string): string {
  const lines = text.split('\n');
  const isSeen = (line: string): boolean => line.trim() !== '';
  const shared = lines
    .filter(isSeen)
    .reduce((least, line) => Math.min(least, line.search(/\S/)), Infinity);
  return lines.map((line) => (isSeen(line) ? line.slice(shared) : '')).join('\n');
}
