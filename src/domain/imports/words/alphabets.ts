/**
 * Letters beyond ASCII of languages, by the encodings in which their tables are written: the
 * exemplar letters of the Unicode CLDR, of other scripts the common ones first, up to a blank. The
 * first that fits best is taken. "western" covers names of western Europe together; rarer
 * letters (æ, ø, œ, þ, õ, û) are left to their languages, because in other code pages their bytes
 * are common letters of Polish, Turkish and Hungarian.
 */
export const alphabets: readonly (readonly [encoding: string, letters: string])[] = [
  ['windows-1252', 'äöüßéèàâçêëîïôùáíóúñãåìò'],
  ['windows-1252', 'æøåéöäü'],
  ['windows-1252', 'ãõáàâçéêíóôú'],
  ['windows-1250', 'ąćęłńóśźż'],
  ['windows-1254', 'çğıöşüİâîû'],
  ['windows-1252', 'àâæçéèêëîïôœùûüÿ'],
  ['windows-1252', 'áðéíóúýþæö'],
  ['windows-1250', 'áčďéěíňóřšťúůýžäĺľôŕ'],
  ['windows-1250', 'áéíóöőúüű'],
  ['windows-1250', 'čćđšž'],
  ['windows-1250', 'ăâîşţ'],
  ['windows-1257', 'āčēģīķļņšūžąęėįųõäöü'],
  ['windows-1251', 'оеаинтсрвлкмдпуя бгёжзйфхцчшщъыьэюіїєґ'],
  ['windows-1253', 'αοιετσνηυρπκλμςάίόήέ βγδζθξφχψωύώϊϋ'],
  ['windows-1255', 'אבגדהוזחטיכלמנסעפצקרשתךםןףץ'],
  ['windows-1256', 'ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىپچژگ'],
  ['cp850', 'äöüßéèàâçêëîïôùûáíóúñãõåìòæø'],
  ['macintosh', 'äöüßéèàâçêëîïôùûáíóúñãõåìòæøœ'],
  ['koi8-r', 'оеаинтсрвлкмдпуя бгёжзйфхцчшщъыьэю'],
  ['ibm866', 'оеаинтсрвлкмдпуя бгёжзйфхцчшщъыьэю'],
];

/**
 * Encodings of two bytes a letter: their common letters by the first bytes (level 1 of JIS X 0208,
 * GB 2312 and Big5; kana; Hangul), and what their bytes must hold, read as Latin-1 (Big5: a second
 * byte of ASCII, which GB 2312 does not have).
 */
export const doubleByte: readonly {
  encoding: string;
  first: readonly (readonly [from: number, to: number])[];
  bytes: RegExp;
}[] = [
  {
    encoding: 'shift_jis',
    first: [
      [0x82, 0x83],
      [0x88, 0x98],
    ],
    bytes: /[\x81-\x9f\xe0-\xfc]/,
  },
  { encoding: 'euc-kr', first: [[0xb0, 0xc8]], bytes: /[\xa1-\xfe]{2}/ },
  { encoding: 'big5', first: [[0xa4, 0xc6]], bytes: /[\xa4-\xf9][@-~][\xa4-\xf9]/ },
  { encoding: 'gbk', first: [[0xb0, 0xd7]], bytes: /[\xa1-\xfe]{2}/ },
];

/** The upper half of code page 850 (IBM; also in Unicode's CP850.TXT), which DOS programs write. */
export const cp850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤' +
  'ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';
