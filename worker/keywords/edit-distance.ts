/**
 * How many slips are taken for a slip of a word: none in three letters, which nearly every other
 * word of three is near to.
 *
 * @returns at most 2
 */
export function mostEdits(word: string): number {
  const letters = Array.from(word).length;
  if (letters <= 3) return 0;
  return letters <= 5 ? 1 : 2;
}

/**
 * Counts the letters that were left out, added, changed, or swapped with the next.
 *
 * @param most more are not counted
 * @returns `Infinity` when there are more
 */
export function editDistance(one: string, other: string, most = Infinity): number {
  const [from, to] = [Array.from(one), Array.from(other)];
  if (Math.abs(from.length - to.length) > most) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of from.entries()) {
    const current = [row + 1];
    for (const [column, wanted] of to.entries()) {
      const changed = (last[column] as number) + (letter === wanted ? 0 : 1);
      const without = Math.min(last[column + 1] as number, current[column] as number) + 1;
      const isSwapped =
        row > 0 && column > 0 && letter === to[column - 1] && from[row - 1] === wanted;
      const swapped = isSwapped ? (beforeLast[column - 1] as number) + 1 : Infinity;
      current.push(Math.min(changed, without, swapped));
    }
    if (Math.min(...current) > most) return Infinity;
    [beforeLast, last] = [last, current];
  }
  const distance = last[to.length] as number;
  return distance > most ? Infinity : distance;
}
