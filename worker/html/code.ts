import { isCodeBlock } from './code-blocks.ts';
import { languageOf } from './code-language.ts';
import { readLines } from './code-lines.ts';
import { isSecondForm, isSourceOfFormula } from './second-forms.ts';
import { textOf } from './tree.ts';
import type { Element } from './tree.ts';

export interface Code {
  readonly text: string;
  /** As the page names it; empty when it does not. */
  readonly language: string;
}

/** @returns the code that this element shows as a block; undefined where it shows none */
export function readCodeBlock(element: Element): Code | undefined {
  const nothing: Code = { text: '', language: '' };
  if (!isCodeBlock(element)) return isSourceOfFormula(element) ? nothing : undefined;
  if (isSecondForm(element)) return nothing;
  const read = readLines(element);
  // What was taken for numbers and buttons is all that there is.
  const text = read.trim() === '' ? textOf(element) : read;
  const firstLine = text.lastIndexOf('\n', text.search(/\S/)) + 1;
  return { text: text.slice(firstLine).trimEnd(), language: languageOf(element) };
}
