import { joiners } from './characters.ts';
import { simplify } from './chinese.ts';

/**
 * What makes two spellings the same word: `fold` gives both the same form. By Unicode's own data
 * where it has them (compatibility forms, case, marks); docs/words.md lists what follows from it.
 */

/** Marks that stand on letters of several scripts, without the voice marks of kana. */
const looseMarks = /[[\p{M}&&\p{sc=Inherited}]--\p{scx=Hiragana}]/gv;
/** Vowel points and signs for reciting. */
const points = /[\p{M}&&[\p{scx=Arabic}\p{scx=Hebrew}\p{scx=Syriac}]]|\u0640/gv;
/** What is not shown, and the signs that stand within words of some scripts. */
const notShown = new RegExp(`[\\p{DI}${joiners}]`, 'gu');
/** A composed Cyrillic letter is one of its alphabet (й, ї, ў, ѓ); a loose mark is a stress. */
const notCyrillic = /[^\p{sc=Cyrillic}]+/gu;

/** Amharic's letters of one sound, which people write for each other. */
const ofOneSound: readonly (readonly [from: string, to: string])[] = [
  ['ሐሑሒሓሔሕሖ', 'ሀሁሂሀሄህሆ'],
  ['ኀኁኂኃኄኅኆ', 'ሀሁሂሀሄህሆ'],
  ['ሠሡሢሣሤሥሦ', 'ሰሱሲሳሴስሶ'],
  ['ዐዑዒዓዔዕዖ', 'አኡኢአኤእኦ'],
  ['ፀፁፂፃፄፅፆ', 'ጸጹጺጻጼጽጾ'],
  ['ሃኣ', 'ሀአ'],
];

/** Forms of a letter that Unicode's data keep apart, by the form that is compared. */
const letters: Readonly<Record<string, string>> = {
  þ: 'th',
  ŋ: 'n',
  ŧ: 't',
  ə: 'e',
  // Languages of Africa.
  ɓ: 'b',
  ɗ: 'd',
  ɖ: 'd',
  ɛ: 'e',
  ǝ: 'e',
  ƒ: 'f',
  ɣ: 'g',
  ɩ: 'i',
  ƙ: 'k',
  ɲ: 'n',
  ɔ: 'o',
  ʊ: 'u',
  ʋ: 'v',
  ƴ: 'y',
  ё: 'е',
  ѐ: 'е',
  ѝ: 'и',
  ς: 'σ',
  // Names of places and counters have both: 霞ヶ関, 霞ケ関.
  ヶ: 'ケ',
  ヵ: 'カ',
  ゖ: 'け',
  ゕ: 'か',
  // Arabic as Lucene's normalizers have it: forms of alef, yeh, teh marbuta, kaf and heh.
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ے: 'ي',
  ې: 'ي',
  ة: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
  ۃ: 'ه',
  ک: 'ك',
  ڪ: 'ك',
  ګ: 'گ',
  // Hebrew's letters at the end of a word.
  ך: 'כ',
  ם: 'מ',
  ן: 'נ',
  ף: 'פ',
  ץ: 'צ',
  // Yiddish, also written as two letters.
  װ: 'וו',
  ױ: 'וי',
  ײ: 'יי',
  // Malayalam's and Bengali's letters without a vowel, older texts have them with a virama.
  ൺ: 'ണ്',
  ൻ: 'ന്',
  ർ: 'ര്',
  ൽ: 'ല്',
  ൾ: 'ള്',
  ൿ: 'ക്',
  ৎ: 'ত্',
  // Devanagari's and Gurmukhi's two signs of a nasal vowel.
  '\u0901': '\u0902',
  '\u0A02': '\u0A70',
  // Tamil's length mark of AU looks like the letter, and is typed as it.
  '\u0BD7': 'ள',
  // Burmese.
  ဩ: 'သြ',
  ...Object.fromEntries(
    ofOneSound.flatMap(([from, to]) => from.split('').map((one, at) => [one, to.charAt(at)])),
  ),
};
const lettersPattern = new RegExp(`[${Object.keys(letters).join('')}]`, 'gu');

/** Nuktas of Devanagari, Gurmukhi and Gujarati, which are often left out. */
const nuktas = /[\u093C\u0A3C\u0ABC]/g;
/** Blocks with the same letters at the same places: Devanagari to Kannada, without Gurmukhi. */
const blocksOfIndia = [0x900, 0x980, 0xa80, 0xb00, 0xc00, 0xc80];
/** Of each row of stops its nasal, its first and its last letter, by their places in the block. */
const stops = [
  [0x19, 0x15, 0x18],
  [0x1e, 0x1a, 0x1d],
  [0x23, 0x1f, 0x22],
  [0x28, 0x24, 0x27],
  [0x2e, 0x2a, 0x2d],
];
const [anusvara, virama] = [0x02, 0x4d];
/** A nasal before a stop of its own row: हिन्दी is also written हिंदी, and સમ્બન્ધ as સંબંધ. */
const nasals = new RegExp(
  blocksOfIndia
    .flatMap((block) => stops.map((row) => row.map((at) => String.fromCharCode(block + at))))
    .map(([nasal = '', first = '', last = '']) => {
      return `${nasal}${ofSameBlock(nasal, virama)}(?=[${first}-${last}])`;
    })
    .join('|'),
  'g',
);
/** A glide between two vowels: गयी, लिये are also written गई, लिए. */
const glides = /(?<=[\u0915-\u0939]|[\u093E-\u094C])\u092F(\u0947|\u0940)/g;
/** They look the same in every order, and people type them in more than one. */
const marksInAnyOrder = /[\p{M}&&[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]]{2,}/gv;
const latinLetters = /^[a-z]+$/;

/** @returns the form of a word by which it is found; empty when nothing of it is a letter or digit */
export function fold(word: string): string {
  const composed = word.replace(notShown, '').normalize('NFKC').replace(notShown, '');
  const bare = composed.replace(notCyrillic, (part) =>
    part.normalize('NFD').replace(looseMarks, '').replace(points, ''),
  );
  // To capitals and back makes ß ss, ı i, ſ s; before that ẞ, which is a capital, becomes ß.
  const lower = bare.toLowerCase().toUpperCase().toLowerCase();
  if (latinLetters.test(lower)) return lower;
  const plain = lower
    .replace(looseMarks, '')
    .replace(latinBeyondAscii, toBaseLetters)
    .replace(lettersPattern, (one) => letters[one] ?? one)
    .replace(/[^\P{Nd}0-9]/gu, toAsciiDigit);
  return simplify(foldOrder(plain).normalize('NFC'))
    .replace(/[ァ-ヶヽヾ]/g, toHiragana)
    .replace(/ゔ([ぁぃぇぉゅ]?)/g, (_, vowel: string) => kanaOfV[vowel] ?? '');
}

/** Kana for a V of other languages, which most texts write as a B: ヴァイオリン, バイオリン. */
const kanaOfV: Readonly<Record<string, string>> = {
  '': 'ぶ',
  ぁ: 'ば',
  ぃ: 'び',
  ぇ: 'べ',
  ぉ: 'ぼ',
  ゅ: 'びゅ',
};

const latinBeyondAscii = /(?![a-z])\p{sc=Latin}/gu;
const collation = new Intl.Collator('en', { sensitivity: 'base' });
const baseLetters = ['ae', 'oe', ...'abcdefghijklmnopqrstuvwxyz'.split('')];
const byLetter = new Map<string, string>();

/** @returns the letters that ICU's collation takes a letter for: o of ø, l of ł, ae of æ */
function toBaseLetters(letter: string): string {
  const known = byLetter.get(letter);
  if (known !== undefined) return known;
  const base = baseLetters.find((one) => collation.compare(one, letter) === 0) ?? letter;
  byLetter.set(letter, base);
  return base;
}

function ofSameBlock(letter: string, place: number): string {
  return String.fromCharCode((letter.charCodeAt(0) & ~0x7f) + place);
}

/**
 * What is written in two ways within scripts of India and of South East Asia: also Malayalam's
 * chillu with a virama (ൻ്റ, ന്റ), its old vowel sign AU (ൌ, ൗ) and its short U (അതു്, അത്). And
 * Armenian's և, whose capitals are ԵՎ, or ԵՒ in the older spelling.
 */
function foldOrder(word: string): string {
  return word
    .replace(nuktas, '')
    .replace(nasals, (nasal) => ofSameBlock(nasal, anusvara))
    .replace(glides, (_, vowel) => (vowel === '\u0947' ? 'ए' : 'ई'))
    .replace(/\u0D4D+/g, '\u0D4D')
    .replace(/\u0D46+(?=\u0D57)/g, '')
    .replace(/\u0D41(?=\u0D4D)/g, '')
    .replaceAll('եւ', 'եվ')
    .replaceAll('ஶ்ரீ', 'ஸ்ரீ')
    .replaceAll('េា', 'ោ')
    .replaceAll('េី', 'ើ')
    .replace(marksInAnyOrder, (marks) => marks.split('').sort().join(''))
    .replaceAll('เเ', 'แ');
}

/** Digits of a script stand in tens, one after the other, from its zero. */
function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value++;
  return String(value);
}

function toHiragana(katakana: string): string {
  return String.fromCharCode(katakana.charCodeAt(0) - 0x60);
}
