/**
 * How Docker Compose replaces variables in a value: the rules, and the order in which they are
 * tried, of github.com/compose-spec/compose-go/v2/template, version 2.16.2.
 */

/** A value that cannot be read. The message never quotes it, because it may be a secret. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** @returns `undefined` for a name that is not set, which is not the same as an empty text */
export type Lookup = (name: string) => string | undefined;

/** Compose sets no limit; one value of a file that people wrote is far below this. */
const maxLength = 64 * 1024;
const maxDepth = 50;

// `$$`, `$NAME`, `${NAME…}` up to the last brace of its line, or a `${` that is none of them.
const pattern =
  /\$(?:(?<escaped>\$)|(?<named>[_a-z][_a-z0-9]*)|\{(?:(?<braced>[_a-z][_a-z0-9]*(?::?[-+?][^\n]*)?)\}|))/gi;
const onePattern = new RegExp(pattern.source, 'i');

/**
 * Replaces `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:+other}`, `${VAR+other}`,
 * `${VAR:?message}`, `${VAR?message}` and `$$`, each also inside another's second part.
 *
 * @param onMissing is told each name that is not set and has no default: it stands for nothing
 * @throws ValueError for a `${` that has none of these forms, and for a missing `${VAR:?message}`
 */
export function interpolate(
  template: string,
  lookup: Lookup,
  onMissing: (name: string) => void,
  depth = 0,
): string {
  if (depth > maxDepth) throw new ValueError(`nests more than ${maxDepth} variables`);
  const inside = (text: string): string => interpolate(text, lookup, onMissing, depth + 1);
  const replaceOne = (matched: string): string => {
    const end = closingBrace(matched) ?? matched.length;
    const { escaped, named, braced } = onePattern.exec(matched.slice(0, end + 1))?.groups ?? {};
    if (escaped !== undefined) return escaped;
    const name = named ?? braced;
    if (name === undefined) throw new ValueError('has a ${ that Compose cannot read');
    const replaced = braced === undefined ? undefined : applyOperator(braced, lookup, inside);
    if (replaced !== undefined) return replaced + inside(matched.slice(end + 1));
    const value = lookup(name);
    if (value === undefined) onMissing(name);
    return value ?? '';
  };
  let { length } = template;
  return template.replaceAll(pattern, (matched) => {
    const text = replaceOne(matched);
    length += text.length;
    if (length > maxLength) throw new ValueError(`is longer than ${maxLength} characters`);
    return text;
  });
}

/** @returns what `NAME:-default` and the like stand for; `undefined` when there is no operator */
function applyOperator(
  substitution: string,
  lookup: Lookup,
  inside: (text: string) => string,
): string | undefined {
  const [, name = '', colon, operator, second = ''] =
    /^(\w+)(:?)([-+?])(.*)$/s.exec(substitution) ?? [];
  if (operator === undefined) return undefined;
  const value = lookup(name);
  const isThere = value !== undefined && (colon === '' || value !== '');
  if (operator === '+') return isThere ? inside(second) : (value ?? '');
  if (isThere) return value;
  if (operator === '-') return inside(second);
  throw new ValueError(`needs ${name}, which the file does not set above it`);
}

/** The brace that closes the first one; what follows a brace is not looked at, as Compose does. */
function closingBrace(text: string): number | undefined {
  let open = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '}') {
      open -= 1;
      if (open === 0) return index;
    }
    if (text[index] === '{') {
      open += 1;
      index += 1;
    }
  }
  return undefined;
}
