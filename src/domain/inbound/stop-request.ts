import { anyOf } from '../phrases.ts';

/** A list, as people call it, behind "from" in the language of the request. */
const lists = {
  en:
    '(this|your|the|all|any|our)?( (mailing|e ?mail|contact|distribution|marketing|address|' +
    'sending|customer))*( ?(lists?|e ?mails?|mails?|mailings?|database|newsletters?|campaigns?|' +
    'sequences?|contacts|records?|crm|future))+',
  de:
    '(ihrem?r?|der|dem|diese[rm]|ihren)( (verteiler|e ?mail|mailing))*' +
    '( ?(verteiler|liste|listen|newsletter|mailingliste|datenbank|adressliste|kontakten))',
  fr:
    '(de|des|du)( (votre|vos|cette|la|ces))?( (liste|listes|envois|mails?|emails?|newsletter|' +
    'base|fichier|diffusion|données|de))+',
  romance:
    '(de|del|dalla|dalle|dal|da|do|das|dos)( (su|sus|la|esta|este|sua|suas|vostra|vostre|' +
    'vostro|questa|tua|seu))?( (lista|listas|liste|correo|correos|mails?|emails?|newsletter|' +
    'base|banco|contatos|contatti|mailing|database|de|di|distribución|distribuzione))+',
  nl:
    '(uit|van)( (uw|de|deze|jullie|je))?( (lijst|mailinglijst|maillijst|bestand|verzendlijst|' +
    'mailing|nieuwsbrief))',
};

/**
 * Requests for no further mail, each a whole sentence in lower case without punctuation. No pattern
 * has an open end, because a longer sentence may say something else.
 */
const requests: Record<string, RegExp[]> = {
  en: [
    /(unsubscribe|opt ?out|unsub|remove me|take me off|stop|remove|end|quit)( me)?( now| asap)?/,
    new RegExp(
      '(you can |could you |can you |would you )?' +
        '(unsubscribe|remove|take|delete|drop|opt|strike) ' +
        '(me|us|my (e ?mail|address|e ?mail address|name|data|details|contact|contact details)|' +
        `this (e ?mail )?address)( (out|off))?( (from|of))?( ${lists.en})?`,
    ),
    new RegExp(`(unsubscribe|remove|take|delete) this e ?mail (from|off|of)( ${lists.en})`),
    new RegExp(
      '(stop|do not|dont|never|quit|cease)( ever)? (send|sending|e ?mail|e ?mailing|mail|mailing|' +
        'contact|contacting|write|writing|spam|spamming|message|messaging|bother|bothering|call)' +
        '( to)?( (me|us|this address))?( (any ?more|again|more|ever|further|such|these|your|' +
        'any|this))*( (e ?mails?|messages?|mails?|spam|stuff|offers))?( again| any ?more)?',
    ),
    new RegExp(
      '(i |we )?(d |would )?(want|wish|like) to (unsubscribe|opt ?out|be (removed|taken off|' +
        `unsubscribed|deleted))( (from|of|off))?( ${lists.en})?`,
    ),
    new RegExp(
      '(i |we )?(do not|dont) (want|wish) (to (receive|get)|to be|any)( contacted)?( (any|' +
        'your|these|more|further|such|other))*( (e ?mails?|messages?|mails?|spam))?( (from|' +
        'by) you)?( again| any ?more)?',
    ),
    /no (more|further) (e ?mails?|messages?|mails?|contact)/,
    /leave me alone/,
  ],
  de: [
    /(abmelden|austragen|abbestellen|entfernen|löschen|stopp|abmeldung)( bitte)?/,
    /(newsletter )?(abbestellen|abmelden)/,
    new RegExp(
      '(ich )?(möchte|will|wünsche)?( ich)?( bitte)?( von ihnen)?( künftig)?' +
        ' ?keine? (weiteren? |weitere )?(e ?mails?|mails?|nachrichten|werbung|' +
        'kontaktaufnahme)( mehr)?( (erhalten|bekommen|von ihnen|schicken|senden))*',
    ),
    new RegExp(
      '(tragen|nehmen|löschen|entfernen|streichen|melden) sie ' +
        '(mich|uns|meine (e ?mail ?)?adresse|' +
        `meine daten|meine mail)( bitte)?( (umgehend|sofort))?( (aus|von|ab)( ${lists.de})?)?` +
        '( (aus|ab|heraus|raus))?',
    ),
    /(schreiben|kontaktieren|mailen) sie (mir|mich|uns) (bitte )?nicht (mehr|wieder)( an)?/,
    new RegExp(
      '(bitte )?(mich|uns) (aus|von) (dem|ihrem|diesem) (verteiler|newsletter) (nehmen|' +
        'löschen|entfernen|austragen|streichen)',
    ),
  ],
  fr: [
    new RegExp(
      '((merci|prière) de |veuillez |svp )?(me |nous )?(désabonner|désinscrire|retirer|supprimer|' +
        'désabonnez moi|désinscrivez moi|supprimez moi|retirez moi|enlevez moi|désinscription|' +
        `désabonnement)( ${lists.fr})?`,
    ),
    new RegExp(
      '(merci de )?ne (plus|pas) (me|nous) (contacter|écrire|envoyer)( plus)?( de (mails?|' +
        'messages?|emails?))?',
    ),
    /ne (me|nous) (contactez|écrivez|envoyez) plus( de (mails?|messages?|emails?))?/,
  ],
  romance: [
    new RegExp(
      '(por favor |quiero |deseo )?(baja|darme de baja|dar de baja|dame de baja|denme de baja|' +
        'eliminar|elimíneme|elimínenme|elimine mi (correo|dirección)|desuscribir|desuscribirme|' +
        `bórrenme|bórreme|quítenme|quíteme)( ${lists.romance})?`,
    ),
    new RegExp(
      '(por favor )?no me (escriban?|contacten?|envíen?|manden?) más( (correos?|mensajes?|' +
        'e ?mails?))?',
    ),
    new RegExp(
      '(per favore |prego )?(cancellami|cancellatemi|cancellarmi|disiscrivimi|disiscrivetemi|' +
        `rimuovimi|rimuovetemi|toglietemi|disiscrizione|annulla iscrizione)( ${lists.romance})?`,
    ),
    /non (scrivetemi|scrivermi|contattatemi|contattarmi|inviatemi) più( (e ?mail|messaggi))?/,
    new RegExp(
      '(por favor )?(descadastrar|descadastre me|remover|cancelar inscrição|me remova|remova me|' +
        `me retire|retire me|me exclua|exclua me|me tire)( ${lists.romance})?`,
    ),
    /não (me )?(envie|enviem|escreva|mande|mandem)( me)? mais( (e ?mails?|mensagens))?/,
    new RegExp(
      '(vă rog )?(dezabonare|dezabonați mă|dezabonați ma|ștergeți mă din listă|' +
        'stergeti ma din lista)',
    ),
  ],
  nl: [
    new RegExp(
      '(graag |gelieve )?(mij |me )?(afmelden|uitschrijven|verwijderen)' +
        `( ${lists.nl})?( aub| alstublieft| graag)?`,
    ),
    new RegExp(`(verwijder|haal|schrijf) (mij|me|ons)( ${lists.nl})?( af| uit)?( aub)?`),
    /(stuur|mail) (mij|me|ons) (geen|niet)( (mails?|e ?mails?|berichten))?( meer)?/,
  ],
  nordic: [
    new RegExp(
      '(vänligen )?(avregistrera|avprenumerera|ta bort)( mig| min adress)?( från (er|' +
        'listan|denna lista))?',
    ),
    /(venligst )?(afmeld|slet|fjern)( mig)?( fra (jeres|denne|listen|din))?( liste| mailingliste)?/,
    /(vennligst )?(meld meg av|fjern meg|slett meg)( fra (listen|deres liste|listen deres))?/,
    new RegExp(
      '(poistakaa|poista) (minut|osoitteeni)( (listalta|postituslistalta|listaltanne))?|' +
        'peruuta tilaus',
    ),
  ],
  slavic: [
    new RegExp(
      '(proszę )?(o )?(mnie )?(wypisać|wypisz mnie|wypiszcie mnie|usunąć mnie|usuńcie mnie|' +
        'proszę o usunięcie|usunięcie|usunąć)( (mojego adresu|mój adres|moich danych|' +
        'moje dane))?( z (listy|państwa listy|bazy|waszej listy|newslettera|państwa bazy))?',
    ),
    /(proszę )?(nie pisać|nie pisz|nie piszcie)( do mnie)?( więcej)?/,
    new RegExp(
      '(prosím )?(odhlásit|odhlaste mě|odhlašte mě|odhlásiť|vymažte mě|vyřaďte mě|' +
        'odhláste ma)( (z (vašeho |odběru |databáze|seznamu)?\\S{0,12}))?',
    ),
    new RegExp(
      '(пожалуйста )?(отписаться|отпишите меня|удалите меня|удалите мой адрес|уберите меня|' +
        'отписка)( из (вашей |этой )?(рассылки|базы|списка))?( рассылки)?',
    ),
    /(больше )?(не пишите|не присылайте)( мне)?( больше)?( писем)?/,
    /(будь ласка )?(відпишіть мене|видаліть мене|видаліть мою адресу)( з (розсилки|бази))?/,
  ],
  others: [
    new RegExp(
      '(lütfen )?(beni )?(listeden|listenizden|mail listenizden) (çıkarın|çıkar|çıkartın|' +
        'silin)|abonelikten çık(mak istiyorum)?|(lütfen )?(bir daha|tekrar) (mail|' +
        'e ?posta) (göndermeyin|atmayın)',
    ),
    new RegExp(
      '(kérem )?(leiratkozás|leiratkozom|töröljenek a listáról|töröljön a listáról|' +
        'iratkoztassanak le)',
    ),
    /(παρακαλώ )?(διαγραφή|διαγράψτε με|διαγραφή από τη λίστα)/,
    /配信停止(して(ください|下さい)|を希望します|希望)?|(メール|配信)(の配信)?を?(停止|解除)して(ください|下さい)/,
    /(请)?(退订|取消订阅|不要再(给我)?发(邮件|信)?了?)|(請)?(退訂|取消訂閱)/,
    /수신 ?거부(합니다|해 ?주세요)?|메일을? 보내지 (마세요|말아 ?주세요)/,
  ],
};
const polite =
  '(please|pls|plz|kindly|bitte|thanks|thank you|svp|por favor|graag|aub|merci|danke|' +
  'immediately|asap|now|at once|umgehend|sofort|right away|prego|gracias|grazie|obrigado)';
const whole = anyOf(
  Object.values(requests).flat(),
  (source) => `^(?:${polite} )*(?:${source})(?: ${polite})*$`,
);

/** Sentences that say nothing yet. */
const greeting = new RegExp(
  '^((hi|hello|hey|dear|hallo|guten (tag|morgen)|moin|servus|liebe[rs]?|sehr geehrte[rs]?|' +
    'bonjour|hola|ciao|buongiorno|olá|dzień dobry|dobrý den|good (morning|day|afternoon))' +
    String.raw`( \S+){0,3}|no|nein|non|nope|(no )?(thanks|thank you)( \S+)?|(nein )?danke|` +
    'merci|grazie|gracias|(im |i am |we are )?not interested( at all)?( thanks| thank you)?|' +
    'kein interesse|no interest|pas intéressé|no me interesa|non (mi )?interessa)$',
  'u',
);

/** Lines that a gateway or a ticket system puts above the writer's words. */
const banner = new RegExp(
  String.raw`^(\[?(external|caution|warning|attention|achtung|vorsicht|extern)\b|` +
    "you don['’]?t often get e?mail from|this (e-?mail|message) (originated|was sent|came) from|" +
    'do not click|diese (e-?mail|nachricht) (stammt|kommt|wurde)|' +
    '##-|learn why this is important|sie erhalten nicht häufig)',
  'i',
);

/** A line with which people close a letter; their signature follows. */
const closing = new RegExp(
  '^((with )?(kind|best|warm|many)( \\S+)? ?(regards|wishes)?|regards|best|cheers|thanks|' +
    'thank you|thx|sincerely|yours( \\S+)?|many thanks|thanks and regards|br|kr|rgds|' +
    '(mit )?(freundlichen?|besten?|vielen?|liebe[nr]?|herzlichen?) (grüßen?|gruß|gruss|' +
    'grüssen?|dank)|mfg|vg|lg|gruß|grüße|cordialement|bien (à vous|cordialement)|merci|' +
    'salutations|saludos( cordiales)?|atentamente|un saludo|cordiali saluti|saluti|' +
    'distinti saluti|atenciosamente|abraços?|met vriendelijke groet(en)?|groet(en|jes)?|mvg|' +
    'med vänliga? hälsning(ar)?|mvh|hälsningar|hilsen|pozdrawiam|z poważaniem|s pozdravem|' +
    'с уважением|saygılar(ımla)?|üdvözlettel)$',
  'u',
);

const maxSentences = 4;
const maxWords = 60;

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/['’`´]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}\n.!?;:,。！？、]+/gu, ' ')
    .trim();

/** The words above the signature, without banners. */
function message(text: string): string {
  const lines = text.split('\n').filter((line) => !banner.test(line.trim()));
  const bare = lines.map((line) => plain(line).replace(/[.,!;:]+$/, ''));
  const end = bare.findIndex((line, at) => closing.test(line) && bare.slice(0, at).some(Boolean));
  return (end === -1 ? lines : lines.slice(0, end)).join('\n');
}

/**
 * Whether one of the first sentences of a writer's own words, as a whole, asks for no further mail.
 * A longer sentence that holds such words does not.
 */
export function asksToStop(text: string): boolean {
  const words = plain(message(text))
    .split(/(?<=\s)/)
    .slice(0, maxWords)
    .join('');
  const sentences = words
    .split(/[\n.!?;:,。！？、]+|\b(?:or|otherwise|oder|sonst|ou|sinon) (?=i|we|ich|wir|je|nous)\b/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '' && !greeting.test(sentence));
  return sentences.slice(0, maxSentences).some((sentence) => whole.test(sentence));
}

/**
 * Whether a subject is nothing but such a request, as that of a List-Unsubscribe mail, which names
 * our message behind it.
 */
export function asksInSubject(subject: string): boolean {
  const bare = subject
    .replace(/^(\s*(re|aw|antw|sv|vs|fwd?|wg|tr|rv)\s*:)+/i, '')
    .replace(/\s+<?[^\s<>]+@[^\s<>]+>?\s*$/, '');
  return whole.test(plain(bare).replace(/[.!]+$/, ''));
}
