/**
 * Cuts a text into parts of at most `limit` characters, which together are the text. A part ends
 * where a chunk begins; where none begins for as long as a part may be, it ends anywhere.
 *
 * @param beginnings how each chunk begins, in their order
 */
export function cutParts(text: string, beginnings: readonly string[], limit: number): string[] {
  const borders = findBorders(text, beginnings);
  const parts: string[] = [];
  let from = 0;
  while (text.length - from > limit) {
    const most = from + limit;
    const border = borders.findLast((place) => place <= most) ?? 0;
    const to = border > from ? border : findAnyCut(text, most);
    parts.push(text.slice(from, to));
    from = to;
  }
  return [...parts, text.slice(from)];
}

/** Where the chunks begin. One that begins as an earlier text does may be found there. */
function findBorders(text: string, beginnings: readonly string[]): number[] {
  let place = 0;
  return beginnings.flatMap((beginning) => {
    const found = text.indexOf(beginning, place);
    if (found === -1) return [];
    place = found;
    return [place];
  });
}

/** A character of two units stays whole. */
function findAnyCut(text: string, place: number): number {
  const isSecondUnit = /[\uDC00-\uDFFF]/.test(text.charAt(place));
  return isSecondUnit ? place - 1 : place;
}
