import { describe, expect, test } from 'vitest';

import { decodeText } from '../../../../cli/files/text.ts';

/** Bytes of a single-byte encoding, by what its decoder makes of each. */
function encode(text: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const bytes = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.from([byte])), byte]),
  );
  return Buffer.from(Array.from(text, (character) => bytes.get(character)!));
}
/** The same of an encoding of two bytes. */
function encodeWide(text: string, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding);
  const bytes = new Map<string, number[]>();
  for (let first = 0x81; first < 0xff; first++)
    for (let second = 0x40; second < 0xff; second++)
      bytes.set(decoder.decode(Buffer.from([first, second])), [first, second]);
  return Buffer.from(
    Array.from(text, (letter) => bytes.get(letter) ?? letter.charCodeAt(0)).flat(),
  );
}
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('a text', () => {
  const text = '# Größe\n\nWie groß ist der Wald?';
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 LE', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 BE', utf16be(`\uFEFF${text}`)],
    ['UTF-16 LE without a mark', Buffer.from(`${text}.`.padEnd(40), 'utf16le')],
    ['Windows-1252', encode(text, 'windows-1252')],
  ])('in %s is read right', (_name, bytes) => {
    expect(decodeText(bytes)).toContain(text);
    expect(decodeText(bytes)).not.toContain('\uFEFF');
  });

  test.each([
    'Les élèves préparent l’été à Orléans, où le gâteau coûte 5 €.',
    '¿Dónde está el niño? ¡Aquí!',
    'It’s a “smart” quote — really…',
    'Räksmörgås på bordet åt mig',
    'Temperature is 20 °C, cost £5.',
    'Café au lait',
    'Über die Straße – schön.',
    "Élève, garçon, où êtes-vous ? Voilà déjà l'été à Noël, très bien.",
    'Hyvää päivää, mitä kuuluu? Äiti menee töihin tänään yöllä.',
    'Eén café met één crème brûlée.',
    'Õhtul läheme poodi. Kõik lapsed mängivad õues, šokolaad on maitsev, žanr.',
    'Þórður á að lesa bókina. Ég þarf að fara út á völlinn.',
    '1 €\n2 €\n3 €\n• 4 €\n• 5 €\n• 6 €\n• 7 €\n• 8 €\n• 9 €',
    'Participants: João, Björn, Núria, Geneviève',
    '20 cm³, ±5 %, ½ Tasse, x³ + y², 5 m³/h, ©copyright, sin³x, n³m',
    '© Müller, ©2024 Größe, (©Acme), ®Marke, ©example.org; 2½ Stunden, ¾ cup',
    'Wie in Tabelle³, größer; siehe Anhang¹ und Seite².',
    'The Škoda factory is in the town, and the cars that they make there are good.',
    'Guðmundur said hello to all of the people in the room and then he went on.',
    'Ísland er eyja. Bærinn er lítill en fallegur.',
    'Škoda fährt über die Brücke, größer und schöner als je zuvor.',
    'El col·legi és a la plaça; m² und 5 µm, 1º, „Spaß“.',
  ])('in Windows-1252 is read right: %s', (words) => {
    expect(decodeText(encode(words, 'windows-1252'))).toBe(words);
  });

  test.each([
    ['windows-1251', 'Привет, мир. Это документ о резервных копиях.'],
    ['koi8-r', 'Привет, мир. Это документ о резервных копиях.'],
    ['iso-8859-2', 'Proszę skopiować pliki na serwer, następnie zrestartować usługę.'],
    ['windows-1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy'],
    ['iso-8859-7', 'Καλημέρα κόσμε, αυτό είναι ένα έγγραφο'],
    ['macintosh', 'Les élèves préparent l’été'],
    ['macintosh', 'Copyright © Müller, größer als 5'],
    ['ibm866', 'Привет, мир'],
    ['ibm866', 'Това е текст на български език. Днес времето е хубаво.'],
    ['iso-8859-2', 'Zażółć gęślą jaźń, proszę państwa. Źdźbło trawy.'],
    ['iso-8859-2', 'Šola je zaprta, ker je praznik. Človek išče ključ. Žena čaka.'],
    ['iso-8859-2', '# Hasło\n\nHasło zostało zmienione. Zaloguj się ponownie, aby kontynuować.'],
    ['windows-1250', 'Plik został usunięty.'],
    ['windows-1250', 'Był tam złoty zespół.'],
    ['iso-8859-2', 'Są już.'],
    ['iso-8859-2', 'Što je to? Žena i muž.'],
    ['iso-8859-2', 'Škola je veľká.'],
    ['macintosh', '# Größe\n\nDie Größe und die Höhe.'],
    ['macintosh', 'Höhe und Größe hören und mögen'],
    ['macintosh', 'Der Fuß, das Maß und der Gruß sind schön'],
    ['windows-1254', '# Başlık\n\nBu sayfa kurulumu anlatır.'],
    ['windows-1254', 'Sayfanın başlığı kısa olmalıdır. Yazılım ile ilgili bilgi alınır.'],
    ['windows-1254', 'Bu bir sayfadır. Kapı açıktı, hayır.'],
    ['windows-1257', 'Šiandien gražus oras. Žmonės eina į mišką, ąžuolas didelis.'],
    ['iso-8859-15', 'Le cœur a ses raisons.'],
    ['iso-8859-15', 'The price is 5 € today.'],
  ])('in %s is refused, and not read as another', (encoding, words) => {
    expect(() => decodeText(encode(words, encoding))).toThrow(
      /is neither UTF-8 nor UTF-16 nor Windows-1252.*save it as UTF-8/,
    );
  });

  test.each([
    ['Shift_JIS', '8bc88bc682cc8ee88f8782c582b78142'],
    ['GB18030', 'c4e3bac3cac0bde7a1a3d5e2cac7b9d8d3dab1b8b7ddb5c4cec4bcfea1a3'],
    ['EUC-KR', 'bec8b3e7c7cfbcbcbfe42e20b9e9bef720c0fdc2f7c0d4b4cfb4d92e'],
  ])('in %s is refused with that name or without one', (_encoding, hex) => {
    expect(() => decodeText(Buffer.from(hex, 'hex'))).toThrow(/save it as UTF-8/);
  });

  test('whose lines end as on an old Mac has lines', () => {
    expect(decodeText(Buffer.from('# A\rb\r'))).toBe('# A\nb\n');
    expect(decodeText(Buffer.from('a\r\nb\r\n'))).toBe('a\r\nb\r\n');
  });

  test.each([
    ['gbk', '什么是容器？每个容器都有自己的文件系统。', 'GB18030'],
    ['gbk', '贸易系统的配置怎么做？那么请看下面。', 'GB18030'],
    ['euc-kr', '이 문서는 서버에 시스템을 설치하는 방법을 설명합니다.', 'EUC-KR'],
    ['euc-jp', '# 設定\n\n簡単な設定方法を担当者が説明します。', 'EUC-JP'],
    ['big5', '這個版本很穩定，請先確認系統需求，然後依照下列步驟安裝。羅馬字說明。', 'Big5'],
  ])('in %s is refused with its name, although it has pairs of UTF-8', (encoding, words, name) => {
    expect(() => decodeText(encodeWide(words, encoding))).toThrow(
      `, and looks like ${name}: save it as UTF-8, such as with iconv -f ${name} -t utf-8`,
    );
  });

  test('in windows-874 is refused, and is no UTF-8 in part', () => {
    const words = 'การติดตั้งระบบบนเซิร์ฟเวอร์ กรุณาอ่านคู่มือก่อนเริ่มใช้งาน';
    expect(() => decodeText(encode(words, 'windows-874'))).toThrow(/is neither UTF-8 nor/);
  });

  test.each([
    ['Grüße, ', 'schön', 'windows-1252'],
    ['It’s the été ', 'é', 'windows-1252'],
    ['Это документ. ', 'мир', 'windows-1251'],
  ])('that is UTF-8 (%s) with a byte of another encoding is refused', (start, end, encoding) => {
    const bytes = Buffer.concat([Buffer.from(start), encode(end, encoding)]);
    expect(() => decodeText(bytes)).toThrow('is UTF-8 in part');
  });

  test('of HTML is read as it declares', () => {
    const page = '<html><head><meta charset="windows-1251"><p>Привет';
    expect(decodeText(encode(page, 'windows-1251'), true)).toBe(page);
    const old = '<meta http-equiv=Content-Type content="text/html; charset=iso-8859-15"><p>5 €';
    expect(decodeText(encode(old, 'iso-8859-15'), true)).toBe(old);
  });

  test.each([
    ['shift_jis', '8bc8', '曲'],
    ['x-sjis', '8bc8', '曲'],
    ['euc-jp', 'cbdc', '本'],
    ['gb18030', 'c4e3bac3', '你好'],
    ['gbk', 'c4e3bac3', '你好'],
    ['big5', 'a7da', '我'],
    ['euc-kr', 'bec8', '안'],
    ['utf-16', 'e9', 'é'],
  ])('of HTML that declares %s is read', (charset, hex, words) => {
    const start = `<meta http-equiv="Content-Type" content="text/html; charset=${charset}"><p>Word`;
    expect(decodeText(Buffer.concat([Buffer.from(start), Buffer.from(hex, 'hex')]), true)).toBe(
      `${start}${words}`,
    );
  });

  test('that quotes such a page is no such page', () => {
    const quoting = 'Write `<meta charset="shift_jis">` für ältere Seiten, schön groß.';
    expect(decodeText(encode(quoting, 'windows-1252'))).toBe(quoting);
  });

  test.each([
    ['ESC $ B', '\u001b$B$3$l$OJ8=q$G$9!#\u001b(B', 'これは文書です。'],
    ['ESC $ @', '\u001b$@F|K\\8l\u001b(J \\5', '日本語 ¥5'],
    ['katakana of one byte', '\u001b(IJ]68\u001b(B', 'ﾊﾝｶｸ'],
  ])('in ISO-2022-JP is read right, by %s', (_sign, seven, words) => {
    const title = ['\u001b$BBj\u001b(B', '題'] as const;
    expect(decodeText(Buffer.from(`# ${title[0]}\n\n${seven}\n`))).toBe(
      `# ${title[1]}\n\n${words}\n`,
    );
    for (const charset of ['iso-2022-jp', 'csISO2022JP', 'utf-8']) {
      const start = `<meta charset="${charset}"><p>`;
      expect(decodeText(Buffer.from(`${start}${seven}</p>`), true)).toBe(`${start}${words}</p>`);
    }
  });

  test.each([
    ['iso-2022-kr', '\u001b$)C\u000e>H3gGO<<?d\u000f\n'],
    ['iso-2022-cn', '\u001b$)A\u000eDc:C\u000f\n'],
    ['iso-2022-jp-1', '\u001b$B4A;z\u001b(B \u001b$(D0!\u001b(B'],
    ['iso-2022-jp-2', '\u001b$BF|K\\\u001b(B \u001b$(C>H3g\u001b(B \u001b$ADc:C\u001b(B'],
    ['iso-2022-jp-3', '\u001b$BF|K\\\u001b$(O-!\u001b(B'],
    ['hz-gb-2312', '<meta charset="hz-gb-2312"><p>~{Dc:C~}'],
  ])('in %s is refused by that name', (encoding, words) => {
    expect(() => decodeText(Buffer.from(words), true)).toThrow(
      `is in ${encoding}, which Pulse does`,
    );
  });

  test('in ISO-2022-JP with a byte of another encoding is refused', () => {
    const bytes = Buffer.concat([Buffer.from('\u001b$BF|\u001b(B '), Buffer.from([0xe9])]);
    expect(() => decodeText(bytes)).toThrow('says that it is iso-2022-jp, and is not');
  });

  test.each([
    ['colours of a terminal', '\u001b[31mred\u001b(B\u001b[m costs $B'],
    ['UTF-8 about such escapes', 'これ: \u001b$B'],
    ['a format of Lisp', '(format t "~{~a~^, ~}" list)'],
    ['HTML that declares ISO-2022-KR in vain', '<meta charset="iso-2022-kr"><p>Word'],
    ['HTML that declares HZ in vain', '<meta charset="hz-gb-2312"><p>Word'],
  ])('with %s is read as it is', (_name, words) => {
    expect(decodeText(Buffer.from(words), words.startsWith('<'))).toBe(words);
  });

  test.each([
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0]), /is in utf-32/],
    ['binary data', Buffer.from('GIF89a\0\0\u0001'), /binary data/],
    ['an unknown charset', encode('<meta charset="x-klingon"><p>é', 'latin1'), /x-klingon/],
    ['cut UTF-16', Buffer.from([0xff, 0xfe, 0x41]), /says that it is utf-16le/],
  ])('that is %s is refused by name', (_name, bytes, message) => {
    expect(() => decodeText(bytes, true)).toThrow(message);
  });
});
