import characters from 'opencc-js/dict/TSCharacters';

/** By OpenCC's table; of several simplified characters for a traditional one, the most frequent. */
const simplified = new Map(
  characters.split('|').map((entry): [string, string] => {
    const [traditional = '', first = ''] = entry.split(' ');
    return [traditional, first];
  }),
);

/** @returns a text with the simplified form of each traditional Chinese character */
export function simplify(text: string): string {
  return text.replaceAll(/\p{sc=Han}/gu, (character) => {
    const first = simplified.get(character) ?? character;
    // The table leads from 薴 to 苧, and from there to 苎.
    return simplified.get(first) ?? first;
  });
}
