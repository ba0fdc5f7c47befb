/**
 * The control characters of C0 and C1 except tab and newline; soft hyphen, zero-width space, word
 * joiner, byte order mark.
 */
const invisible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u2060\uFEFF]/g;
// A count without an end, `{100,}`, and a repeated group keep a place in memory for each repetition,
// and V8 throws a RangeError after 64 MiB of them: so `x{100}x*` here, and blocks line by line.
/** Only long ones: a short one may be an example on a page about data URIs. */
const dataUri =
  /\bdata:([\w.+-]{1,80}\/[\w.+-]{1,80})(?:;[\w.+=-]{1,80}){0,4},[^\s)"'<>\]]{100}[^\s)"'<>\]]*/g;
/** At least a thousand characters of base64 or hex in one line: the first 64 are kept. */
const encodedLine = /(?<![\w+/=-])([\w+/=-]{64})[\w+/=-]{936}[\w+/=-]*/g;
/** The end of a line that a block of base64 may begin with; the other lines are nothing else. */
const encodedEnd = /(?<![\w+/=-])[A-Za-z0-9+/]{60,76}$/;
const encodedWhole = /^[A-Za-z0-9+/]{60,76}$/;
/** What is left of the data in the line behind those: groups of four, then a sign or nothing. */
const encodedRest =
  /^(?:[A-Za-z0-9+/]{4}){0,19}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?=$|[^\s\w+/=])/;
/** Fewer lines may be a key that a page explains. */
const encodedBlockLines = 16;

/**
 * Removes what readers do not see: broken encoding, control characters, inlined files, runs of
 * blanks. Lost characters leave U+FFFD in their place, encoded data leaves `…`. The time is linear
 * in the text's length.
 */
export function clean(text: string): string {
  const lines = text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(invisible, '')
    .replaceAll('\u00A0', ' ')
    .replaceAll(/\uFFFD{2,}/g, '\uFFFD')
    .replaceAll(dataUri, 'data:$1')
    .split('\n')
    // A pattern in its place would take the square of the length of a run of blanks.
    .map((line) => line.trimEnd())
    .map((line) => (line.length < 1_000 ? line : line.replaceAll(encodedLine, '$1…')));
  return omitEncodedBlocks(lines)
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** Keeps the first line of every block of base64, and `…` in the place of its others. */
function omitEncodedBlocks(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    kept.push(lines[index]!);
    if (lines[index]!.length < 60 || !encodedEnd.test(lines[index]!)) continue;
    let end = index + 1;
    while (encodedWhole.test(lines[end] ?? '')) end++;
    if (end - index < encodedBlockLines) continue;
    const behind = lines[end] ?? '';
    const text = behind.replace(encodedRest, '');
    kept.push(...(text === behind ? ['…', text] : [`…${text}`]));
    index = end;
  }
  return kept;
}

/**
 * Measures which share of a text is no text: control characters such as NUL, and characters lost in
 * decoding. A picture or an archive that was read as text has a third and more.
 *
 * @returns 0 to 1
 */
export function measureBrokenShare(text: string): number {
  const broken = text.toWellFormed().match(/[\u0000-\u0008\u000E-\u001F\uFFFD]/g)?.length ?? 0;
  return broken / Math.max(1, text.length);
}
