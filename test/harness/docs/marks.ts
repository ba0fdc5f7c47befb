/**
 * Comments before a block that say of it, or of the lines of it that are named:
 *
 *     <!-- not run: it needs an account -->
 *     <!-- run by test/deploy/stack.test.ts -->
 *     <!-- `./pulse down`, `./pulse up` run by test/deploy/stack.test.ts -->
 */
export interface Mark {
  /** Beginnings of the lines that it is about; none: all. */
  readonly lines: readonly string[];
  /** Why no test runs them. */
  readonly reason: string | undefined;
  /** The test that runs them. */
  readonly test: string | undefined;
}

const form = /^(?<lines>(?:`[^`]+`,? )*)(?:not run: (?<reason>\S.*)|run by (?<test>test\/\S+))$/;

/** @throws Error for a comment of another form */
export function readMarks(comments: string, page: string): Mark[] {
  return [...comments.matchAll(/^<!-- (.*) -->$/gm)]
    .filter(([, comment = '']) => !comment.startsWith('all below '))
    .map(([, comment = '']) => {
      const groups = form.exec(comment)?.groups;
      if (groups === undefined)
        throw new Error(`${page} has a comment of no known form: ${comment}`);
      const lines = [...(groups['lines'] ?? '').matchAll(/`([^`]+)`/g)].map(
        ([, line = '']) => line,
      );
      return { lines, reason: groups['reason'], test: groups['test'] };
    });
}

/** Commands of a block, each with all of its lines and without the comment behind it. */
export function splitStatements(text: string): string[] {
  const joined = text
    .replaceAll(/\\\n/g, '\\\u0000')
    .replaceAll(/(&&|\||\()[ ]*\n/g, '$1\u0001')
    .split('\n');
  return joined
    .map((line) => line.replaceAll('\u0000', '\n').replaceAll('\u0001', '\n'))
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');
}

interface Marked {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** @returns the first mark that is about a statement */
export function markOf(statement: string, { marks }: Marked): Mark | undefined {
  const isAbout = (line: string): boolean => statement === line || statement.startsWith(`${line} `);
  return marks.find(({ lines }) => lines.length === 0 || lines.some(isAbout));
}

/** The statements of a block that no mark is about. */
export function unmarkedOf(block: Marked): string[] {
  return splitStatements(block.text).filter((one) => markOf(one, block) === undefined);
}
