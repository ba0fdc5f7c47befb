/**
 * The control characters of C0 and C1 except tab and newline; soft hyphen, zero-width space, word
 * joiner, byte order mark.
 */
const invisible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u2060\uFEFF]/g;
/** Those of C0 and C1 that end a line: Word and PowerPoint write the first in a paragraph. */
const lineEnd = /\r\n?|[\u000B\u000C\u0085\u2028\u2029]/g;
/** Of files, groups, records and units: each parts what stands before it from what follows. */
const separator = /[\u001C-\u001F\u00A0]/g;
/** What programs write for a terminal: ECMA-48, 5.4, where the last sign says what it does. */
const control = /\u001B\[[0-?]*[ -/]*[@-~]?/g;
/** Of these, moves of the cursor: the words around them stand apart. */
const move = /\u001B\[[\d;]*[A-Hf]/g;
/** A title, a link's target or a picture, with its end in the same line. */
const terminalText = /\u001B[\]PX^_][^\u0007\u001B\n]*(?:\u0007|\u001B\\)/g;
/** Two or three signs. A letter before others is that of a word, behind an escape that strayed. */
const shortEscape =
  /\u001B(?:[#%(-/][0-9A-Z<=>`]|\$[(-+]?[0-9A-Z]|[78<=>\\\]^_|}~]|[A-Za-z](?![A-Za-z]))/g;
/** As `man` writes bold and underlined: the sign, back, and the sign again or `_`. */
const overstrike = /(.)\u0008{1,2}(?=\1)|_\u0008|\u0008_/gu;
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
 * Removes what readers do not see: broken encoding, control characters, escapes of terminals,
 * inlined files, runs of blanks. Lost characters leave U+FFFD in their place, encoded data leaves
 * `…`. The time is linear in the text's length.
 */
export function clean(text: string): string {
  const lines = printOnPaper(text.toWellFormed().replaceAll(lineEnd, '\n'))
    .replaceAll(separator, ' ')
    .replaceAll(invisible, '')
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

/** Takes colours, links and repeated signs out of what was written for a terminal. */
function printOnPaper(text: string): string {
  if (!/[\u0008\u001B]/.test(text)) return text;
  return text
    .replaceAll(terminalText, '')
    .replaceAll(move, ' ')
    .replaceAll(control, '')
    .replaceAll(shortEscape, '')
    .replaceAll(overstrike, '');
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
 * decoding; those that a terminal reads are none. A picture or an archive that was read as text has
 * a third and more.
 *
 * @returns 0 to 1
 */
export function measureBrokenShare(text: string): number {
  const seen = printOnPaper(text.toWellFormed());
  const broken = seen.match(/[\u0000-\u0008\u000E-\u001F\uFFFD]/g)?.length ?? 0;
  return broken / Math.max(1, seen.length);
}
