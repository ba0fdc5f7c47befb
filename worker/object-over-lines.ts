/** The first line of an object, and with what the next line begins that is not blank. */
const firstLine = /^\s*(\{[^\n]*)\n\s*(\S)/;

/**
 * Tells an object that is written over several lines, as a crawler's answer with a record a line,
 * from one that stands in a line with others after it, whole or cut.
 *
 * @param start of the text; of UTF-8 the bytes as latin1 do
 * @returns undefined when its first line goes on after that
 */
export function isObjectOverLines(start: string): boolean | undefined {
  const [, line, next] = firstLine.exec(start) ?? [];
  if (line === undefined || next === undefined) return /^\s*\{/.test(start) ? undefined : false;
  const { inner, last } = readOpen(line);
  if (inner === undefined) return false;
  // A line of its own never ends in these; one that was cut there is followed by an object.
  if (last === '{') return next === '"' || next === '}';
  if (last === ',') return inner === '[' || next === '"';
  if (last === '[' || last === ':') return true;
  // After a value or a key. Nothing that stands in a line of its own begins like this.
  return /[,:}\]]/.test(next);
}

/** @returns the innermost bracket that is open at the end of a line, and its last sign */
function readOpen(line: string): { readonly inner: string | undefined; readonly last: string } {
  const open: string[] = [];
  let isInText = false;
  let last = '';
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (isInText) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isInText = false;
    } else if (sign > ' ') {
      last = sign;
      if (sign === '"') isInText = true;
      else if (sign === '{' || sign === '[') open.push(sign);
      else if (sign === '}' || sign === ']') open.pop();
    }
  }
  // A text has no line end in it: the line was cut.
  return { inner: isInText ? undefined : open.at(-1), last };
}
