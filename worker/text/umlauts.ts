/** What people write where a keyboard or a system lacks the letter. */
const spelledOut: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
};

/** @returns a word without umlauts: Müller as mueller; other words as they are */
export function spellOut(word: string): string {
  return word
    .normalize('NFC')
    .replaceAll(/[äöüøå]/giu, (one) => spelledOut[one.toLowerCase()] ?? one);
}

/**
 * @returns the term of a word if it was spelled out: muller for mueller. In most languages it is
 *   none, so it is no word to look for while texts have the term itself (does, blue).
 */
export function guessUmlauts(term: string): string {
  return /^[a-z]{4,}$/.test(term) ? term.replaceAll(/(?<=[aou])e|(?<=a)a/g, '') : term;
}
