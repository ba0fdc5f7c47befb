/**
 * @param names parted by blanks; each a part of a pattern
 * @returns whether a class, or a list of classes, has one of these names as a whole
 */
export function wholeClass(names: string): RegExp {
  return new RegExp(`(?:^|\\s)(?:${oneOf(names)})(?:$|\\s)`, 'i');
}

/** As {@link wholeClass}, also between the hyphens and underscores of a longer name. */
export function partOfClass(names: string): RegExp {
  return new RegExp(`(?:^|[\\s_-])(?:${oneOf(names)})(?:$|[\\s_-])`, 'i');
}

function oneOf(names: string): string {
  return names.trim().split(/\s+/).join('|');
}
