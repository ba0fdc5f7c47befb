import { blocks } from './blocks.ts';
import type { Snippet } from './blocks.ts';
import { unmarkedOf } from './marks.ts';

/** Runs every command of a shell that has no mark. */
export const runner = 'test/deploy/docs.test.ts';

/** What is typed at once: a command, or a block whose lines need each other. */
export interface Script {
  readonly place: string;
  readonly text: string;
}

/** A command that needs no line before it. */
const standsAlone = /^(?:\.\/pulse|npm run|curl (?!.*\$[a-z])|crawl \||eval .* && )/;

export const isShell = ({ language }: Snippet): boolean => /^(?:sh|bash|console)$/.test(language);

/** @returns what {@link runner} runs, in the order of the pages; what stands twice is run once */
export function listScripts(): Script[] {
  const all = blocks
    .filter((block) => isShell(block))
    .flatMap(({ place, ...block }) => {
      const marks = block.marks.filter(({ test }) => test !== runner);
      const statements = unmarkedOf({ ...block, marks });
      const isList = statements.every((one) => standsAlone.test(one));
      return (isList ? statements : [statements.join('\n')]).map((text) => ({ place, text }));
    });
  const kindOf = ({ text }: Script): string => text.replace(/ --stack \w+$/, '');
  return all
    .filter(({ text }) => text !== '')
    .filter((one, index) => all.findIndex((other) => kindOf(other) === kindOf(one)) === index);
}
