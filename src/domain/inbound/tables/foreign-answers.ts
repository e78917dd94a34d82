import { type AnswerRow, row } from './meaning.ts';

/** Words of one language: of the person's address, that it is gone, of a full mailbox. */
type Foreign = {
  address: RegExp;
  gone: RegExp;
  full: RegExp;
  sender: RegExp;
  examples: { gone: string; full: string; sender: string };
};

/**
 * Answers and reports in other languages than English, as Exchange, Gmail and providers of these
 * countries write them. Where words name the sender's address, the fault is the sender's.
 */
const rowsOf = (language: string, { address, gone, full, sender, examples }: Foreign) => {
  const about = (one: RegExp) => [
    new RegExp(`${one.source}.{0,60}${gone.source}`),
    new RegExp(`${gone.source}.{0,20}${one.source}`),
  ];
  return [
    row('dead', language, about(address), examples.gone),
    row('full', language, full, examples.full),
    row('sender', language, about(sender), examples.sender),
  ];
};

export const foreignRows: readonly AnswerRow[] = [
  ...rowsOf('German', {
    address: /(adresse|empfänger|benutzer|postfach|konto|adressat)/,
    gone: /(unbekannt|nicht (gefunden|bekannt|vorhanden)|existiert nicht|ungültig)/,
    full: /(postfach|mailbox|speicher).{0,60}(voll|überfüllt|erschöpft)/,
    sender: /(absender)/,
    examples: {
      gone: '550 Benutzer unbekannt',
      full: 'Das Postfach ist voll',
      sender: '550 Absenderadresse unbekannt',
    },
  }),
  ...rowsOf('French', {
    address: /(adresse|destinataire|utilisateur|bo[iî]te)/,
    gone: /(introuvable|inconnue?|n['’]existe (pas|plus)|invalide|n['’]a pas été trouvé)/,
    full: /bo[iî]te.{0,60}pleine|quota.{0,20}dépassé/,
    sender: /(adresse de )?(l.)?exp[ée]diteur/,
    examples: {
      gone: 'L’adresse de messagerie est introuvable',
      full: '552 La boîte aux lettres est pleine',
      sender: "550 Adresse de l'expéditeur inconnue",
    },
  }),
  ...rowsOf('Spanish', {
    address: /(destinatario|direcci[oó]n|usuario|buz[oó]n|cuenta)/,
    gone: /(no existe|inexistente|desconocid[oa]|no (se )?(ha )?encontrad[oa]|inv[aá]lid[oa])/,
    full: /(buz[oó]n|cuenta|bandeja).{0,60}(llen[oa]|cuota)/,
    sender: /(remitente)/,
    examples: {
      gone: 'La dirección no existe',
      full: 'El buzón está lleno',
      sender: '550 Dirección del remitente desconocida',
    },
  }),
  ...rowsOf('Italian', {
    address: /(destinatario|indirizzo|utente|casella)/,
    gone: /(inesistente|non esiste|sconosciut[oa]|non (è stat[oa] )?trovat[oa]|non valid[oa])/,
    full: /casella.{0,60}piena/,
    sender: /(mittente)/,
    examples: {
      gone: 'destinatario inesistente',
      full: 'La casella è piena',
      sender: '550 Indirizzo del mittente sconosciuto',
    },
  }),
  ...rowsOf('Portuguese', {
    address: /(destinat[aá]rio|endereço|usu[aá]rio|utilizador|caixa|conta)/,
    gone: /(não existe|inexistente|desconhecid[oa]|não (foi )?encontrad[oa]|inv[aá]lid[oa])/,
    full: /caixa.{0,60}cheia/,
    sender: /(remetente)/,
    examples: {
      gone: 'O destinatário não foi encontrado',
      full: 'A caixa de correio está cheia',
      sender: '550 Endereço do remetente inexistente',
    },
  }),
  ...rowsOf('Dutch', {
    address: /(geadresseerde|ontvanger|adres|postvak|gebruiker|mailbox)/,
    gone: /(niet gevonden|onbekend|bestaat niet|ongeldig)/,
    full: /(postvak|mailbox).{0,40}\bvol\b/,
    sender: /(afzender)/,
    examples: {
      gone: 'De geadresseerde is niet gevonden',
      full: 'Het postvak is vol',
      sender: '550 Adres van de afzender onbekend',
    },
  }),
  ...rowsOf('Swedish, Danish, Norwegian', {
    address: /(mottagare|adress|modtager|mottaker|bruger|bruker|postlåda|postkasse)\w*/,
    gone: /(hittades inte|finns inte|fin[dn]es ikke|blev? ikke fun\w+|okänd|ukendt|ukjent)/,
    full: /(postlåda|postkasse|innboks)\w*.{0,40}(full|fuld)/,
    sender: /(avsändar|afsender|avsender)/,
    examples: {
      gone: 'Mottagaren hittades inte',
      full: 'Postlådan är full',
      sender: '550 Avsändaradressen finns inte',
    },
  }),
  ...rowsOf('Finnish', {
    address: /(vastaanottaja|osoite|osoitetta|käyttäjä)\w*/,
    gone: /(ei löyt|ei ole olemassa|tuntematon)/,
    full: /postilaatikko.{0,30}täynnä/,
    sender: /(lähettäjä)/,
    examples: {
      gone: 'Vastaanottajaa ei löytynyt',
      full: 'Postilaatikko on täynnä',
      sender: '550 Lähettäjän osoite tuntematon',
    },
  }),
  ...rowsOf('Polish', {
    address: /(adres|odbiorc|użytkownik|skrzynk)\w*/,
    gone: /(nie istnieje|nie (został|zosta)\w* znalezion|nieznan|nie znaleziono)/,
    full: /skrzynk\w+.{0,40}(pełna|przepełnion)/,
    sender: /(nadawc)/,
    examples: {
      gone: 'Adres nie istnieje',
      full: 'Skrzynka odbiorcza jest pełna',
      sender: '550 Adres nadawcy nie istnieje',
    },
  }),
  ...rowsOf('Czech, Slovak', {
    address: /(adresa|adresát|příjemce|príjemca|uživatel|schránka)\w*/,
    gone: /(neexistuje|nebyl\w? nalezen|nenalezen|neznám|nenájden)/,
    full: /schránka.{0,30}(plná|přeplněn)/,
    sender: /(odesílatel|odosielateľ)/,
    examples: {
      gone: 'Příjemce nebyl nalezen',
      full: 'Schránka je plná',
      sender: '550 Adresa odesílatele neexistuje',
    },
  }),
  ...rowsOf('Russian, Ukrainian', {
    address: /(пользовател|адрес|получател|ящик|користувач|одержувач|скриньк)[а-яіїєґ]*/,
    gone: /(не найден|не существует|неизвестен|недействител|не знайден|не існує|отсутствует)/,
    full: /(ящик|скриньк).{0,40}(переполнен|заполнен|переповнен)/,
    sender: /(отправител|відправник)/,
    examples: {
      gone: 'Пользователь не найден',
      full: 'Почтовый ящик переполнен',
      sender: '550 Адрес отправителя не существует',
    },
  }),
  ...rowsOf('Turkish', {
    address: /(alıcı|adres|kullanıcı|posta kutusu)\w*/,
    gone: /(bulunamadı|mevcut değil|geçersiz|bilinmiyor)/,
    full: /posta kutusu.{0,30}dolu/,
    sender: /(gönderen)/,
    examples: {
      gone: 'Alıcı bulunamadı',
      full: 'Posta kutusu dolu',
      sender: '550 Gönderen adresi geçersiz',
    },
  }),
  ...rowsOf('Japanese', {
    address: /(宛先|受信者|アドレス|ユーザー?)/,
    gone: /(見つかりません|存在しません|不明|存在しない)/,
    full: /(メールボックス|容量).{0,20}(いっぱい|超え|一杯)/,
    sender: /(送信者|差出人)/,
    examples: {
      gone: '宛先が見つかりません',
      full: 'メールボックスがいっぱいです',
      sender: '550 送信者のアドレスが存在しません',
    },
  }),
  ...rowsOf('Chinese', {
    address: /(收件人|地址|用户|邮箱|收件者|帳號|使用者)/,
    gone: /(不存在|找不到|未找到|无效|無效)/,
    full: /(邮箱|信箱).{0,12}(已满|满了|已滿)/,
    sender: /(发件人|寄件者)/,
    examples: {
      gone: '收件人邮件地址不存在',
      full: '对方邮箱已满',
      sender: '550 发件人地址不存在',
    },
  }),
  ...rowsOf('Korean', {
    address: /(받는 사람|수신자|주소|사용자|계정)/,
    gone: /(찾을 수 없|존재하지 않|없는|없습니다)/,
    full: /(메일함|편지함).{0,20}(가득|초과)/,
    sender: /(보낸 사람|발신자)/,
    examples: {
      gone: '수신자를 찾을 수 없습니다',
      full: '편지함이 가득 찼습니다',
      sender: '550 발신자 주소가 존재하지 않습니다',
    },
  }),
];
