/**
 * How automatic replies name the day of return, by language: words before the day, words behind it,
 * words between two days, and the months. Months are written as in dates ("4 stycznia").
 */
export type ReturnRow = {
  language: string;
  /** Before a day: until, and "back on". */
  before: string;
  /** Behind a day: the return, or "until" where it stands behind. */
  behind: string;
  /** Between the first and the last day of an absence. */
  between: string;
  /** The twelve months, forms of one apart by a slash. */
  months: string;
  source: string;
};

const cldr = 'Unicode CLDR, months in the format form; automatic replies of Outlook';
const row = (
  language: string,
  [before, behind, between, months]: [string, string, string, string],
): ReturnRow => ({ language, before, behind, between, months, source: cldr });

export const returnRows: readonly ReturnRow[] = [
  row('English', [
    'until|til|till|through|thru|back|' +
      'reopen|reopens|return|returns|returning|inclusive|back in the office on',
    'be back|am back|return|returning|again|inclusive',
    'to|through|thru|until|till',
    'january/jan february/feb march/mar april/apr may june/jun july/jul august/aug ' +
      'september/sep/sept october/oct november/nov december/dec',
  ]),
  row('German', [
    'bis|wieder|zurück|einschließlich|inklusive',
    'wieder|zurück|einschließlich',
    'bis|bis zum',
    'januar/jänner februar/feber märz/mär/mrz april mai juni juli august september oktober/okt ' +
      'november dezember/dez',
  ]),
  row('French', [
    "jusqu'au|jusqu’au|jusqu'à|jusqu’à|de retour|retour|reviens|reviendrai|serai présent",
    'de retour|inclus',
    'au',
    'janvier/janv février/févr mars avril/avr mai juin juillet/juil août septembre octobre ' +
      'novembre décembre/déc',
  ]),
  row('Spanish', [
    'hasta|hasta el|regreso|regresaré|vuelvo|volveré|de vuelta|retorno',
    'de vuelta|regreso|regresaré|inclusive',
    'al|hasta el',
    'enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre octubre noviembre ' +
      'diciembre/dic',
  ]),
  row('Italian', [
    'fino al|rientro|rientrerò|rientr|torno|tornerò|di ritorno',
    'rientro|compreso|incluso',
    'al|fino al',
    'gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/set ' +
      'ottobre/ott novembre dicembre/dic',
  ]),
  row('Dutch', [
    'tot|tot en met|t/m|terug|vanaf|weer',
    'weer|terug|aanwezig',
    'tot|tot en met|t/m|tm',
    'januari februari maart/mrt april mei juni juli augustus september oktober november december',
  ]),
  row('Portuguese', [
    'até|volto|voltarei|retorno|retornarei|regresso|regressarei',
    'de volta|inclusive',
    'a|até|ao',
    'janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro outubro/out novembro ' +
      'dezembro',
  ]),
  row('Swedish, Danish, Norwegian', [
    'till|till och med|tillbaka|før|innan|före|til|til og med|tilbage|tilbake|åter|igen',
    'tillbaka|tilbage|tilbake|igen|åter',
    'till|til|t.o.m.',
    'januari/januar februari/februar mars/marts april maj/mai juni juli augusti/august september ' +
      'oktober november december/desember/des',
  ]),
  row('Finnish', [
    'asti|saakka|palaan|takaisin|jälleen',
    'asti|saakka|palaan|alkaen',
    'viiva',
    'tammikuuta/tammikuun helmikuuta/helmikuun maaliskuuta/maaliskuun huhtikuuta/huhtikuun ' +
      'toukokuuta/toukokuun kesäkuuta/kesäkuun heinäkuuta/heinäkuun elokuuta/elokuun ' +
      'syyskuuta/syyskuun lokakuuta/lokakuun marraskuuta/marraskuun joulukuuta/joulukuun',
  ]),
  row('Lithuanian', [
    'iki|grįšiu|grįžtu',
    'grįšiu|imtinai',
    'iki',
    'sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio ' +
      'gruodžio',
  ]),
  row('Latvian', [
    'līdz|atgriezīšos|būšu atpakaļ',
    'atgriezīšos|ieskaitot',
    'līdz',
    'janvārim februārim martam aprīlim maijam jūnijam jūlijam augustam septembrim oktobrim ' +
      'novembrim decembrim',
  ]),
  row('Estonian', [
    'kuni|tagasi|naasen',
    'tagasi|kaasa arvatud',
    'kuni',
    'jaanuar/jaanuarini veebruar/veebruarini märts/märtsini aprill/aprillini mai/maini ' +
      'juuni/juunini juuli/juulini august/augustini september/septembrini ' +
      'oktoober/oktoobrini november/novembrini detsember/detsembrini',
  ]),
  row('Polish', [
    'do|do dnia|wracam|wrócę|powrót|powrotu|z powrotem|będę dostępny|będę dostępna',
    'wracam|wrócę|włącznie',
    'do',
    'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada ' +
      'grudnia',
  ]),
  row('Czech and Slovak', [
    'do|vrátím se|zpět|budu zpět|vrátim sa|späť|opět|návrat',
    'zpět|včetně|späť|vrátím|vrátim',
    'do|až',
    'ledna/januára února/februára března/marca dubna/apríla května/mája června/júna ' +
      'července/júla srpna/augusta září/septembra října/októbra ' +
      'listopadu/novembra prosince/decembra',
  ]),
  row('Hungarian', [
    'vissza|visszatérek|legközelebb',
    'térek vissza|vissza|ig|visszatérek|leszek',
    'és',
    'január február március április május június július augusztus ' +
      'szeptember október november december',
  ]),
  row('Romanian', [
    'până la|până pe|pana la|revin|mă întorc|voi reveni',
    'revin|inclusiv',
    'până la|la',
    'ianuarie februarie martie aprilie mai iunie iulie august ' +
      'septembrie octombrie noiembrie decembrie',
  ]),
  row('Bulgarian', [
    'до|връщам се|ще се върна',
    'вкл',
    'до',
    'януари февруари март април май юни юли август септември октомври ноември декември',
  ]),
  row('Russian', [
    'до|по|вернусь|выйду|выхожу|возвращаюсь|буду на месте|буду в офисе',
    'включительно|вернусь|выйду',
    'по|до',
    'января февраля марта апреля мая июня июля августа сентября октября ноября декабря',
  ]),
  row('Ukrainian', [
    'до|по|повернуся|вийду|повертаюся',
    'включно|повернуся',
    'по|до',
    'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня',
  ]),
  row('Croatian, Serbian, Slovene', [
    'do|vraćam se|vratit ću se|natrag|vrnem se|nazaj',
    'zaključno',
    'do',
    'siječnja/januarja veljače/februarja ožujka travnja/aprila ' +
      'svibnja lipnja srpnja kolovoza/avgusta ' +
      'rujna/septembra oktobra studenoga/studenog/novembra prosinca/decembra',
  ]),
  row('Greek', [
    'έως|μέχρι|ως|επιστρέφω|θα επιστρέψω',
    'επιστρέφω',
    'έως|μέχρι',
    'ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου/μαίου ιουνίου ιουλίου αυγούστου σεπτεμβρίου ' +
      'οκτωβρίου νοεμβρίου δεκεμβρίου',
  ]),
  row('Turkish', [
    'dönüş|dönüş tarihi|dönüşüm',
    "kadar|döneceğim|dönüyorum|dönüş|tarihine kadar|'e kadar|’e kadar|’a kadar",
    'ile',
    'ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık',
  ]),
  row('Hebrew', [
    'עד|עד ה|אחזור|חוזר|חוזרת',
    'אחזור',
    'עד',
    'ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי ' +
      'יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ' +
      'ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר',
  ]),
  row('Arabic', [
    'حتى|إلى|سأعود|أعود',
    'سأعود',
    'إلى|حتى',
    'يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر',
  ]),
  row('Vietnamese', [
    'đến|đến ngày|đến hết|trở lại|trở lại vào|quay lại',
    'trở lại|quay lại',
    'đến|tới',
    'tháng-1 tháng-2 tháng-3 tháng-4 tháng-5 tháng-6 tháng-7 tháng-8 tháng-9 tháng-10 tháng-11 ' +
      'tháng-12',
  ]),
  row('Thai', [
    'ถึง|จนถึง|กลับมา|จนถึงวันที่',
    'กลับมา',
    'ถึง',
    'มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม ' +
      "สิงหาคม กันยายน ตุลาคม พฤศจิกายน ' + 'ธันวาคม",
  ]),
  row('Indonesian', [
    'sampai|hingga|kembali|sampai dengan',
    'kembali',
    'sampai|hingga|-',
    'januari februari maret april mei juni juli agustus september oktober november desember',
  ]),
  row('Japanese, Chinese, Korean', [
    '至|到|直到|返回|回来|回來|復帰|戻り',
    'まで|迄|に戻|から出社|より出社|に復帰|に出社|까지|에 복귀|복귀|返回|回来|回來|恢复|前',
    '至|到|から|부터|より|～|〜',
    '1月/一月 2月/二月 3月/三月 4月/四月 5月/五月 6月/六月 7月/七月 8月/八月 9月/九月 10月/十月 ' +
      '11月/十一月 12月/十二月',
  ]),
];

/** Words with which the day named is the last of the absence, so that the return is a day later. */
export const inclusiveWords: readonly string[] = [
  'through|thru|inclusive',
  'einschließlich|inklusive',
  'tot en met|t\\/m',
  'včetně|włącznie|zaključno',
  'включительно|включно',
  'inclus\\b|inclusiv\\b|compreso',
  'till och med|til og med',
];

/** Words of the return itself: the day named is that of the return, whatever else is said. */
export const backWords: readonly string[] = [
  'back|return',
  'wieder|zurück',
  'retour|regres|vuelv|volver|rientr|torn|volt|retorn',
  'terug|tilbage|tillbaka|tilbake|palaan',
  'wrac|wróc|zpět|vrát|térek',
  'вернусь|выйду',
  'revin|dön',
];
