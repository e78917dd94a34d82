/**
 * Words around the message of a letter, by language, folded as by `foldPhrase`, apart by `|`.
 * `…` stands for up to three words.
 */
export type LetterRow = {
  language: string;
  /** Sentences that say nothing yet: greetings, thanks, a plain no. */
  openings: string;
  /** Lines above a signature. */
  closings: string;
};

const row = (language: string, openings: string, closings: string): LetterRow => ({
  language,
  openings,
  closings,
});

export const letterRows: readonly LetterRow[] = [
  row(
    'English',
    'hi…|hello…|hey…|dear…|good morning…|good day…|good afternoon…|good evening…|no|nope|' +
      'no thanks…|no thank you…|thanks…|thank you…|not interested|not interested at all|' +
      'im not interested|i am not interested|we are not interested|were not interested|' +
      'not interested thanks|im not interested thanks|not interested thank you|no interest|' +
      'to whom it may concern|please',
    'regards|best|cheers|thanks|thank you|thx|sincerely|yours|yours truly|yours sincerely|' +
      'sincerely yours|many thanks|thanks and regards|br|kr|rgds|best regards|kind regards|' +
      'warm regards|many regards|best wishes|warmest regards|kindest regards|' +
      'with kind regards|with best regards|all the best|respectfully|thanks again|take care|' +
      'warmly',
  ),
  row(
    'German',
    'hallo…|guten tag…|guten morgen…|moin…|servus…|liebe…|lieber…|sehr geehrte…|' +
      'sehr geehrter…|gruezi…|nein|nein danke|danke…|vielen dank…|kein interesse|kein bedarf|' +
      'wir haben kein interesse|ich habe kein interesse|bitte|wir haben keinen bedarf|grusse|' +
      'sg…',
    'mit freundlichen grussen|mit freundlichem gruss|freundliche grusse|beste grusse|' +
      'viele grusse|liebe grusse|herzliche grusse|mit besten grussen|besten gruss|' +
      'vielen dank|besten dank|mfg|vg|lg|gruss|grusse|schone grusse|hochachtungsvoll|' +
      'freundlicher gruss|danke|bg',
  ),
  row(
    'French',
    'bonjour…|bonsoir…|cher…|chere…|madame…|monsieur…|salut…|non|non merci|merci…|' +
      'pas interesse|pas interessee|je ne suis pas interesse|je ne suis pas interessee|' +
      'nous ne sommes pas interesses',
    'cordialement|bien a vous|bien cordialement|merci|merci d avance|salutations|' +
      'sinceres salutations|bonne journee|cdt|cdlt|tres cordialement|meilleures salutations|' +
      'merci et bonne journee',
  ),
  row(
    'Spanish',
    'hola…|buenos dias…|buenas tardes…|buenas…|estimado…|estimada…|estimados…|no|' +
      'no gracias|gracias…|no me interesa|no estoy interesado|no estoy interesada|' +
      'no nos interesa|muchas gracias…',
    'saludos|saludos cordiales|un saludo|atentamente|gracias|muchas gracias|cordialmente|' +
      'un cordial saludo|gracias de antemano|un abrazo',
  ),
  row(
    'Italian',
    'ciao…|buongiorno…|buonasera…|salve…|gentile…|gentili…|egregio…|spettabile…|no|' +
      'no grazie|grazie…|non interessa|non mi interessa|non siamo interessati|' +
      'non sono interessato|non sono interessata',
    'cordiali saluti|saluti|distinti saluti|grazie|un saluto|cordialmente|grazie mille|' +
      'buona giornata',
  ),
  row(
    'Portuguese',
    'ola…|bom dia…|boa tarde…|boa noite…|prezado…|prezada…|prezados…|caro…|cara…|nao|' +
      'nao obrigado|nao obrigada|obrigado…|obrigada…|nao tenho interesse|nao temos interesse|' +
      'nao estou interessado',
    'atenciosamente|abraco|abracos|obrigado|obrigada|cumprimentos|melhores cumprimentos|' +
      'att|grato|grata',
  ),
  row(
    'Dutch',
    'hallo…|beste…|geachte…|goedendag…|goedemorgen…|goedemiddag…|hoi…|dag…|nee|nee bedankt|' +
      'nee dank u|bedankt…|geen interesse|niet geinteresseerd|wij hebben geen interesse',
    'met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|groet|groeten|' +
      'groetjes|mvg|hartelijke groet|bedankt|alvast bedankt|dank u|hartelijke groeten',
  ),
  row(
    'Swedish, Danish, Norwegian',
    'hej…|hei…|god morgon…|god dag…|goddag…|kaere…|kjaere…|nej|nei|nej tack|nej tak|' +
      'nei takk|tack…|tak…|takk…|inte intresserad|ikke interesseret|ikke interessert',
    'med vanlig halsning|med vanliga halsningar|vanliga halsningar|halsningar|mvh|hilsen|' +
      'tack|tak|takk|med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|' +
      'de bedste hilsner|vh|bedste hilsner',
  ),
  row(
    'Finnish, Estonian',
    'hei…|moi…|hyva…|terve…|tere…|ei|ei kiitos|kiitos…|ei kiinnosta|aitah…',
    'ystavallisin terveisin|terveisin|t|yst terv|kiitos|lugupidamisega|parimat',
  ),
  row(
    'Polish',
    'dzien dobry…|witam…|szanowni panstwo|szanowny panie…|szanowna pani…|czesc…|nie|' +
      'nie dziekuje|dziekuje…|nie jestem zainteresowany|nie jestem zainteresowana|' +
      'nie jestesmy zainteresowani',
    'pozdrawiam|z powazaniem|pozdrowienia|dziekuje|serdecznie pozdrawiam|' +
      'z wyrazami szacunku|z pozdrowieniami|pozdr',
  ),
  row(
    'Czech, Slovak',
    'dobry den…|dobry…|vazeny…|vazena…|ahoj…|ne|nie|nemam zajem|nemame zajem|nemam zaujem|' +
      'dekuji…|dakujem…|ne dekuji|nie dakujem',
    's pozdravem|s pozdravom|dekuji|dakujem|s uctou|s pranim hezkeho dne|hezky den',
  ),
  row(
    'Hungarian, Romanian',
    'tisztelt…|kedves…|jo napot…|nem|nem koszonom|koszonom…|buna ziua…|buna…|salut…|' +
      'stimate…|nu|nu multumesc|multumesc…|nu sunt interesat|nu ma intereseaza|nem erdekel',
    'udvozlettel|tisztelettel|koszonom|cu stima|multumesc|o zi buna|koszonettel|cu respect|' +
      'numai bine',
  ),
  row(
    'Russian, Ukrainian, Bulgarian',
    'здравствуите…|добрыи день…|добрыи вечер…|доброе утро…|привет…|уважаемыи…|уважаемая…|' +
      'нет|нет спасибо|спасибо…|не интересно|нам не интересно|нас не интересует|добрии день…|' +
      'вітаю…|ні|дякую…|здравеите…|добър ден…|не|благодаря…|не ме интересува|' +
      'меня не интересует|не цікаво',
    'с уважением|с наилучшими пожеланиями|спасибо|з повагою|дякую|с уважение|поздрави|' +
      'благодаря|хорошего дня|всего доброго',
  ),
  row(
    'Croatian, Serbian, Slovene',
    'postovani…|postovana…|dobar dan…|bok…|zdravo…|pozdravljeni…|ne|ne hvala|hvala…|' +
      'nisam zainteresiran|nismo zainteresirani|поштовани…|добар дан…',
    'pozdrav|lijep pozdrav|srdacan pozdrav|s postovanjem|lp|hvala|lep pozdrav|с поштовањем|' +
      'поздрав',
  ),
  row(
    'Turkish',
    'merhaba…|merhabalar|iyi gunler…|sayin…|selam…|hayir|hayir tesekkurler|tesekkurler…|' +
      'ilgilenmiyorum|ilgilenmiyoruz',
    'saygilar|saygilarimla|iyi calismalar|tesekkurler|iyi gunler|sevgiler',
  ),
  row(
    'Greek',
    'γεια σας…|καλημερα…|καλησπερα…|αξιοτιμε…|οχι|οχι ευχαριστω|ευχαριστω…|δεν ενδιαφερομαι',
    'με εκτιμηση|ευχαριστω|φιλικα|χαιρετισμους|με φιλικους χαιρετισμους',
  ),
  row(
    'Hebrew, Arabic',
    'שלום…|היי…|לא|לא תודה|תודה…|לא מעוניין|לא מעוניינת|مرحبا…|السلام عليكم…|السيد…|لا|' +
      'شكرا…|لا شكرا|غير مهتم',
    'בברכה|תודה|בכבוד רב|مع التحية|تحياتي|شكرا|مع اطيب التحيات',
  ),
  row(
    'Japanese, Chinese, Korean',
    'お世話になっております|お世話になります|こんにちは|您好|你好|谢谢|謝謝|不感兴趣|没兴趣|没有兴趣|안녕하세요|감사합니다|관심 없습니다|관심없습니다|' +
      '興味ありません|興味がありません|はじめまして',
    'よろしくお願いします|よろしくお願いいたします|以上|谢谢|此致|敬礼|감사합니다|드림',
  ),
  row(
    'Vietnamese, Indonesian, Thai',
    'xin chao…|chao…|khong|cam on…|khong quan tam|halo…|selamat pagi…|selamat siang…|tidak|' +
      'terima kasih…|tidak tertarik|yth…|สวัสดี…|สวัสดีครบ|สวัสดีคะ',
    'tran trong|cam on|salam|hormat saya|terima kasih|ขอแสดงความนบถอ',
  ),
];

/** Beginnings of lines that a gateway or a ticket system puts above the writer's words. */
export const bannerRows: readonly { source: string; begins: RegExp; example: string }[] = [
  {
    source: 'gateways',
    begins: /\[?(external|caution|warning|attention|achtung|vorsicht|extern|extérieur|externe)\b/,
    example: 'CAUTION: This email originated from outside the organisation.',
  },
  {
    source: 'Outlook, first contact safety tip',
    begins:
      /you don['’]?t often get e?mail from|sie erhalten nicht häufig|learn why this is important/,
    example: "You don't often get email from sam@sender.test. Learn why this is important",
  },
  {
    source: 'gateways',
    begins: /this (e-?mail|message) (originated|was sent|came) from|do not click/,
    example: 'This message came from outside. Do not click links.',
  },
  {
    source: 'gateways, German',
    begins: /diese (e-?mail|nachricht) (stammt|kommt|wurde)/,
    example: 'Diese E-Mail stammt von einem externen Absender.',
  },
  {
    source: 'gateways, French and Spanish',
    begins:
      /ce (message|mail|courriel) (provient|vient)|este (correo|mensaje) (proviene|se origin)/,
    example: "Ce message provient de l'extérieur.",
  },
  {
    source: 'Zendesk',
    begins: /##-/,
    example: '##- Please type your reply above this line -##',
  },
];
