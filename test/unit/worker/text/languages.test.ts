import { describe, expect, test } from 'vitest';

import { parseQuery } from '../../../../worker/text/query.ts';
import { WordIndex } from './word-index.ts';

/** A page, and the same words as other people, keyboards and systems write them. */
const spellings: readonly (readonly [language: string, page: string, query: string])[] = [
  [
    'English',
    'The naïve co\u00ADoperation of ﬁle systems, don’t ask',
    "NAIVE cooperation file don't",
  ],
  ['German', 'Die Straße nach Köln ist groß.', 'STRASSE KOLN gross'],
  ['French', 'L’œuvre de Noël, déjà lue à Besançon', "l'oeuvre noel de\u0301ja\u0300 besancon"],
  ['Spanish', 'El niño comió jamón en España', 'nin\u0303o comio jamon ESPANA'],
  ['Portuguese', 'A informação de São Paulo', 'informacao sao paulo'],
  ['Italian', 'La città è lì, perché no', 'citta e li perche'],
  ['Catalan', 'La col·lecció de Barcelona', 'coŀlecció COLLECCIO'],
  ['Dutch', 'Het ĳs in België', 'ijs belgie'],
  ['Danish', 'Smørrebrød på Ærø', 'smorrebrod aero'],
  ['Norwegian', 'Blåbærsyltetøy i Tromsø', 'blabaersyltetoy TROMSØ'],
  ['Swedish', 'Ångström bodde i Malmö', 'A\u030Angstrom malmo'],
  ['Finnish', 'Yötön yö Jyväskylässä', 'yoton jyvaskylassa'],
  ['Icelandic', 'Þórður fór til Ísafjarðar', 'thordur isafjardar'],
  ['Polish', 'Łódź i żółw, książę', 'lodz zolw KSIĄŻĘ'],
  ['Czech', 'Příliš žluťoučký kůň', 'prilis zlutoucky kun'],
  ['Hungarian', 'Árvíztűrő tükörfúrógép', 'arvizturo TÜKÖRFÚRÓGÉP'],
  ['Romanian', 'Știința din București', 'Şţiinţa ştiinta bucureşti'],
  ['Croatian', 'Đak nosi ǆep', 'dak đak dzep džep'],
  ['Turkish', 'IĞDIR, İzmir ve Diyarbakır', 'ığdır igdir izmir İZMİR diyarbakir'],
  ['Vietnamese', 'Tiếng Việt ở Đà Nẵng', 'tieng vie\u0302\u0323t da nang'],
  ['Greek', 'Η Αθήνα, πόλις των ΦΙΛΟΣΌΦΩΝ', 'ΑΘΗΝΑ πολισ ΠΌΛΙΣ φιλοσοφων'],
  ['Russian', 'Ёлка и Москва́, мой край', 'елка МОСКВА мои\u0306'],
  ['Ukrainian', 'П’ять м’ячів у Києві', "п'ять пʼять м'ячів Києві"],
  ['Bulgarian', 'Тя ѝ каза всичко', 'и всичко'],
  ['Armenian', 'Երևան և Գյումրի', 'ԵՐԵՒԱՆ ԵՐԵՎԱՆ եվ եւ գյումրի'],
  ['Armenian questions', 'Ինչո՞ւ եկար։ Եկե՛ք, ա՜խ', 'ինչու ԵԿԵՔ ախ'],
  ['Georgian', 'თბილისი დედაქალაქია', 'ᲗᲑᲘᲚᲘᲡᲘ'],
  ['Hebrew', 'שָׁלוֹם לְצַהַ״ל בירושלים', 'שלום לצה"ל בירושלימ'],
  ['Yiddish', 'ייִדיש', 'יידיש'],
  ['Arabic', 'ذَهَبَ أحمد إلى الْمَدْرَسَةِ عام ٢٠٢٤، مســجد', 'ذهب احمد الي المدرسه 2024 مسجد'],
  ['Arabic in old fonts', 'ﻣﻜﺘﺒﺔ ﺍﻹﺳﻜﻨﺪﺭﻳﺔ', 'مكتبة الاسكندرية'],
  ['Persian', 'کتاب‌های فارسی می‌خواهم ۱۴۰۳', 'كتابهاي کتاب فارسي میخواهم 1403'],
  ['Urdu', 'پاکستان میں کہانی', 'پاكستان ميں کھانی'],
  ['Hindi', 'हिन्दी फ़िल्म और सम्बन्ध २०२४', 'हिंदी फिल्म संबंध 2024'],
  ['Marathi', 'विज्ञान आणि तंत्रज्ञान', 'तन्त्रज्ञान'],
  ['Bengali', 'বিদ্যুৎ ও কোলকাতা', 'বিদ্যুত্\u200D ক\u09C7\u09BEলকাতা'],
  ['Punjabi', 'ਸ਼ਹਿਰ ਅੰਮ੍ਰਿਤਸਰ', 'ਸ\u0A3Cਹਿਰ ਸਹਿਰ'],
  ['Gujarati', 'ગુજરાતી ૧૨', 'ગુજરાતી 12'],
  ['Tamil', 'கொழும்பு நகரம்', 'க\u0BC6\u0BBEழும்பு'],
  ['Tamil as it is typed', 'கெளதமன், ஒளவை, ஶ்ரீ', 'கௌதமன் ஔவை ஸ்ரீ'],
  ['Telugu', 'తెలుగు భాష ౪౫', 'తెలుగు 45'],
  ['Kannada', 'ಕನ್ನಡ ಕೋಶ', 'ಕನ್ನಡ ಕ\u0CC6\u0CC2\u0CD5ಶ'],
  ['Malayalam', 'അവൻ മലയാളം', 'അവന്\u200D'],
  ['Malayalam with a short U', 'അതു് കേട്ടു', 'അത് കേട്ടു'],
  ['Sinhala', 'ශ්‍රී ලංකාව', 'ශ්රී ලංකාව'],
  ['Thai', 'ฉันดื่มน้ำทุกวันปี ๒๕๖๗', 'นํ้า ดื่มนํ้า 2567'],
  ['Lao', 'ຂ້ອຍດື່ມນ້ຳໝາກໄມ້', 'ນ\u0ECD\u0EC9າ ຫມາກໄມ້'],
  ['Khmer', 'ខ្ញុំ​រៀន​ភាសា​ខ្មែរ ឆ្នាំ ២០២៤', 'ភាសាខ្មែរ 2024'],
  ['Burmese', 'မြန်မာဘာသာစကားကို ၂၀၂၄', 'ဘာသာ စကားက\u102F\u102D 2024'],
  ['Thai, Lao and Khmer words said twice', 'บ่อย ๆ ເລື້ອຍ ໆ ខ្លាំង ៗ', 'บ่อยๆ ເລື້ອຍໆ ខ្លាំងៗ'],
  ['Khmer subscripts', 'ស្រ្តីនិងកណ្ដាល', 'ស្ត្រី កណ្តាល'],
  ['Burmese letters of one shape', '၀န်ကြီး၏ ဘ၀၊ ဥာဏ်၊ ဩဂုတ် ၁၀', 'ဝန်ကြီး ဘဝ ဉာဏ် သြဂုတ် 10'],
  ['Tibetan', 'བོད་ཡིག་སློབ་དེབ', 'བོད་ཡིག'],
  ['Simplified Chinese', '我在图书馆学习计算机科学', '圖書館 計算機'],
  ['Traditional Chinese', '臺灣的繁體中文資料庫', '繁体中文 资料库'],
  [
    'Japanese names',
    '渡辺さんと斎藤さん、高沢、宮崎、広島、浜口、桜井',
    '渡邊 渡邉 齋藤 髙澤 宮﨑 廣島 濱口 櫻井',
  ],
  ['Japanese', 'ｺﾝﾋﾟｭｰﾀの㍿ガイドを２０２４年に読んだ', 'コンピューター 株式会社 カ\u3099イド 2024'],
  ['names of Japan', '霞ヶ関で三ヵ月、つゝじヶ丘', '霞ケ関 三カ月 つゝじケ丘'],
  ['Malayalam in two orders', 'എന്റെ പൗരൻ', 'എൻ്റെ പൌരൻ'],
  ['Korean', '학교에서 한국어를 배우는 책은', '학교는 한국어가 책을'.normalize('NFD')],
  ['Amharic', 'አዲስ፡አበባ፡ከተማ', 'አዲስ አበባ'],
  ['Amharic letters of one sound', 'ፀሐይ በዓመት ኃይል ሠራተኛ', 'ጸሃይ በአመት ሀይል ሰራተኛ'],
  ['Pashto', 'ګوند په ژبه', 'گوند ژبه'],
  ['Mongolian', 'Монгол хэл, Өвөрхангай', 'МОНГОЛ өвөрхангай'],
  ['Azerbaijani', 'Azərbaycan, İçərişəhər', 'azerbaycan iceriseher'],
  ['Hausa', 'ƙasa da ɗaki', 'kasa daki'],
  ['Pinyin', 'Nǐ hǎo, lǜsè', 'ni hao luse'],
  ['Maltese', 'Ħobż Għawdex', 'hobz ghawdex'],
  ['Swahili', 'ng’ombe wa Tanzania', "ng'ombe TANZANIA"],
  ['Hawaiian', 'ʻōlelo Hawaiʻi', "olelo hawai'i"],
  ['Uzbek', 'Oʻzbekiston gʻalaba', "o'zbekiston O‘ZBEKISTON g’alaba"],
];

describe('a page is found by a query in other but equal spelling', () => {
  test.each(spellings)('in %s', (_language, page, query) => {
    const index = new WordIndex([page]);
    const { words } = parseQuery(query);
    const found = words.filter((word) => index.find([word]).length > 0);
    expect(new Set(found.map(({ written }) => written))).toEqual(
      new Set(words.map(({ written }) => written)),
    );
  });
});
