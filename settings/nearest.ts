/**
 * The word that is most like `word`, when one is like it at all: at most a third of its letters
 * wrong, or a part of it.
 */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const scored = known.map((one) => ({
    one,
    wrong: one.toLowerCase().endsWith(lower) ? 1 : distance(lower, one.toLowerCase()),
  }));
  const best = scored.sort((left, right) => left.wrong - right.wrong)[0];
  return best !== undefined && best.wrong <= Math.ceil(word.length / 3) ? best.one : undefined;
}

/** Levenshtein: letters to add, drop or change. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      next.push(
        Math.min(next[column]! + 1, row[column + 1]! + 1, row[column]! + Number(letter !== other)),
      );
    }
    row = next;
  }
  return row[to.length]!;
}
