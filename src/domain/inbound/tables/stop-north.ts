import type { StopWords } from './stop-words.ts';

/** Requests for no further mail in languages of northern and central Europe. */
export const northernStopRows: readonly StopWords[] = [
  {
    language: 'Portuguese',
    asks:
      'descadastrar|descadastre me|me descadastre|descadastrem me|descadastramento|' +
      'cancelar inscricao|cancelar a inscricao|cancelar minha inscricao|cancelar subscricao|' +
      'cancelar a subscricao|anular subscricao|me deixe em paz|deixem me em paz|' +
      'quero me descadastrar|me descadastrar|cancelar a minha subscricao|remover inscricao',
    bare: 'stop|pare|parem|remover|sair|cancelar|excluir',
    remove:
      'remover|remova|removam|remova me|removam me|me remova|me removam|retirar|retire|' +
      'retirem|retire me|retirem me|me retire|me retirem|excluir|exclua|excluam|exclua me|' +
      'me exclua|tire|tirem|tirar|me tire|me tirem|tire me|tirem me|apagar|apaguem|apague|' +
      'eliminar|eliminem|elimine|deletar|delete|a remocao de',
    off: 'da|do|das|dos|de',
    self:
      'remova me|removam me|me remova|me removam|retire me|retirem me|me retire|me retirem|' +
      'exclua me|me exclua|me tire|me tirem|tire me|tirem me|me|meu email|meu e mail|' +
      'meus dados|meu endereco|meu contato|meu contacto|os meus dados|o meu email|' +
      'o meu e mail|o meu endereco|meu nome|thisaddress|o meu contacto|o meu contato|' +
      'este email|este endereco',
    list:
      'lista|listas|mailing|base|base de dados|banco de dados|newsletter|contatos|contactos|' +
      'cadastro|lista de emails|lista de e mails|lista de email|mailing list|' +
      'lista de contatos|lista de envio|sistema',
    halt: 'nao quero|nao desejo|nao queremos|nao gostaria de|pare de|parem de|deixem de|deixe de',
    not: 'nao|nunca',
    no: 'nenhum|nenhuma|sem',
    more: 'mais|nunca mais|novamente|no futuro|outros',
    mail:
      'envie|enviem|enviar|me enviar|escreva|escrevam|escrever|mande|mandem|mandar|me mandar|' +
      'contate|contatem|contacte|contactem|contactar|contatar|email|emails|e mail|e mails|' +
      'mensagem|mensagens|spam|publicidade|ser contactado|ser contatado|ser contactada|' +
      'incomodar|incomodem|comunicacoes|newsletters|propaganda|propagandas',
    fill:
      'por favor|favor|peco|peco que|solicito|quero|gostaria de|desejo|me|nos|a|o|as|os|sua|' +
      'suas|seu|seus|vossa|vosso|esta|este|estes|essa|esse|de|da|do|das|dos|que|e|' +
      'imediatamente|ser|receber|obrigado|obrigada|todos|todas|voces|vosso lado|agradeco|' +
      'agradecia que|desta|deste|dessa',
  },
  {
    language: 'Dutch',
    asks:
      'uitschrijven|afmelden|uitschrijving|afmelding|schrijf mij uit|schrijf me uit|' +
      'schrijf ons uit|meld mij af|meld me af|opzeggen|laat me met rust|laat mij met rust|' +
      'wil ik mij afmelden',
    bare: 'stop|stoppen|verwijderen|verwijder',
    remove:
      'verwijder|verwijderen|verwijdert|te verwijderen|wis|wissen|schrap|schrappen|verwijderd',
    take: 'haal|halen|te halen|schrijf|neem|nemen|gehaald|zet',
    off: 'uit|van|af|uw uit',
    self:
      'mij|me|ons|mijn gegevens|mijn adres|mijn e mail|mijn email|mijn mailadres|' +
      'mijn e mailadres|mijn emailadres|mijn data|mijn naam|onze gegevens|dit adres|' +
      'dit e mailadres|dit mailadres|thisaddress|mijn persoonsgegevens|mijn contactgegevens|' +
      'mijn email adres|ons adres',
    list:
      'lijst|mailinglijst|maillijst|bestand|verzendlijst|mailing|nieuwsbrief|database|' +
      'adresbestand|lijsten|mailinglist|systeem|bestanden|mailings|verzendlijsten',
    halt: 'stop met|stoppen met|hou op met|houd op met',
    not: 'niet|niet meer|nooit|nooit meer',
    no: 'geen',
    more: 'meer|verder|verdere|opnieuw|in de toekomst|weer|nooit meer|niet meer|voortaan',
    mail:
      'mail|mails|e mail|e mails|email|emails|mailen|mailtjes|bericht|berichten|stuur|sturen|' +
      'te sturen|toesturen|contact|contacteren|te contacteren|benaderen|te benaderen|' +
      'schrijven|spam|spammen|reclame|lastigvallen|nieuwsbrieven|opnemen|te mailen|' +
      'benaderd worden|zenden',
    fill:
      'ontvangen|krijgen|graag|gelieve|alstublieft|alsjeblieft|aub|wilt u|wil je|kunt u|' +
      'kun je|zou u|ik wil|wij willen|ik wens|wil ik|ik verzoek u|wil|willen|wens|verzoek|u|' +
      'uw|jullie|je|de|het|deze|dit|die|te|worden|en|van u|van jullie|aan mij|mij|per direct|' +
      'direct|onmiddellijk|dank|bedankt|nu|om|met mij|met ons|op|alle|hierbij|verzoek u|' +
      'vriendelijk',
  },
  {
    language: 'Swedish, Danish, Norwegian',
    asks:
      'avregistrera|avregistrera mig|avprenumerera|avanmal mig|avanmalan|' +
      'avsluta prenumerationen|avsluta prenumeration|afmeld|afmeld mig|afmelding|afmeld os|' +
      'meld meg av|meld meg ut|avmeld|avmeld meg|frameld mig|melde meg av|lad mig vaere|' +
      'lat mig vara ifred|avmelding|afmelde mig|lad mig være',
    bare: 'stop|stopp|sluta|slett|slet|fjern|ta bort|radera',
    remove:
      'ta bort|tag bort|radera|plocka bort|stryk|fjern|fjerne|fjernes|slet|slette|slett|' +
      'slettes|raderas|tas bort|slet venligst|fjern venligst',
    take: 'ta|tag',
    off: 'fran|fra|av|af|bort',
    self:
      'mig|meg|oss|os|min adress|mina uppgifter|min mail|min mailadress|min e post|' +
      'min e postadress|min adresse|mine oplysninger|mine data|min mailadresse|min e mail|' +
      'min email|min epost|mine opplysninger|min e postadresse|vores adresse|denna adress|' +
      'denne adresse|thisaddress|min e mailadresse|min kontakt',
    list:
      'lista|listan|liste|listen|mailinglista|mailinglistan|mailingliste|mailinglisten|' +
      'utskickslista|nyhetsbrev|nyhetsbrevet|nyhedsbrev|register|database|databas|registret|' +
      'databasen|utskick|maillista|maillisten|system|adresseliste|e postliste|e postlisten|' +
      'sandlista|maillistan',
    halt:
      'sluta|slut med at|stop med at|slutt med a|slutt a|hold op med at|sluta att|upphor att|' +
      'stopp med a',
    not: 'inte|ikke|aldrig|aldri|ej',
    no: 'inga|ingen|inget|ingen flere|inga fler',
    more:
      'fler|flera|mer|mere|flere|igen|igjen|langre|laengere|lenger|fremover|i framtiden|' +
      'ytterligare|inga fler|ingen flere',
    mail:
      'mail|mails|maila|mejl|mejla|e post|epost|e poster|eposter|email|emails|e mail|e mails|' +
      'skicka|skriv|skriva|skrive|send|sende|kontakta|kontakte|kontakt|kontaktes|meddelanden|' +
      'beskeder|meldinger|reklam|reklame|spam|spamma|spamme|utskick|nyhetsbrev|nyhedsbreve|' +
      'kontaktas|bli kontaktad|blive kontaktet|bli kontaktet|mailet|mejlet|mailutskick',
    fill:
      'modtage|motta|fa|ta emot|vanligen|venligst|vennligst|snalla|tack|tak|takk|jag vill|' +
      'jeg vil|vi vill|vi vil|jag onskar|jeg onsker|vi onsker|gerne|garna|gjerne|er|era|ert|' +
      'jeres|deres|din|denna|denne|den|det|alle|alla|ha|har|at|att|a|til mig|till mig|' +
      'til meg|mig|meg|omgaende|straks|nu|na|och|og|fra jer|fran er|fra dere|fra dem|om at|' +
      'be om|bli|blive|onskes|ber|var god|var vanlig|var venlig at|tusen|omedelbart|' +
      'vær venlig at|vær så venlig at|vær snill å',
  },
  {
    language: 'Finnish, Estonian',
    asks:
      'peruuta tilaus|peruutan tilauksen|peru tilaus|lopeta tilaus|jattakaa minut rauhaan|' +
      'loobu tellimusest|loobun uudiskirjast|eemaldage mind',
    bare: 'lopeta|poista|stop|peruuta|lopettakaa|eemalda',
    remove: 'poistakaa|poista|poistaa|poistetaan|poistaisitteko|eemaldage|eemalda|kustutage',
    self:
      'minut|meidat|osoitteeni|sahkopostini|tietoni|sahkopostiosoitteeni|yhteystietoni|' +
      'thisaddress|mind|minu andmed|minu aadress',
    list:
      'listalta|postituslistalta|listaltanne|postituslistaltanne|listoilta|rekisterista|' +
      'rekisteristanne|tietokannasta|sahkopostilistalta|jakelusta|jakelulistalta|nimekirjast|' +
      'listist|andmebaasist',
    halt: 'lopettakaa|lopeta|lopetage|en halua|emme halua|alkaa|arge',
    not: 'en halua|emme halua|alkaa|ala|arge|ara',
    no: 'ei',
    more: 'enaa|enempaa|enam|lisaa|rohkem',
    mail:
      'lahettako|laheta|lahettakaa|lahettaminen|lahettamasta|sahkopostia|sahkoposteja|' +
      'viesteja|viestia|ottako yhteytta|kirjoittako|mainoksia|vastaanottaa|saada|postia|' +
      'saatke|saada|kirjutage|e kirju|spammaaminen|kirjoita',
    fill:
      'ole hyva ja|olkaa hyva ja|kiitos|pyydan|pyydamme|minulle|meille|teilta|heti|teidan|' +
      'palun|mulle|mind',
  },
  {
    language: 'Polish',
    asks:
      'wypisz mnie|wypisac mnie|wypiszcie mnie|prosze mnie wypisac|wypisanie mnie|wypisanie|' +
      'wypisuje sie|rezygnuje|rezygnacja|o wypisanie|prosze o wypisanie|dajcie mi spokoj|' +
      'odsubskrybuj|wypisac|wypisz',
    bare: 'stop|usun|usunac|usuniecie',
    remove:
      'usunac|usun|usuncie|usuniecie|o usuniecie|wykreslic|wykreslenie|wykresl|skasowac|' +
      'usuwac',
    self:
      'mnie|nas|mi|do mnie|nam|do nas|moj adres|mojego adresu|moje dane|moich danych|' +
      'moj email|moj e mail|mojego maila|moj mail|mojego emaila|moj adres email|' +
      'mojego adresu email|nasz adres|naszych danych|moich danych osobowych|thisaddress|' +
      'moje dane osobowe|moj kontakt|ten adres',
    off: 'z|ze',
    list:
      'listy|bazy|newslettera|listy mailingowej|bazy danych|bazy mailingowej|listy odbiorcow|' +
      'listy dystrybucyjnej|listy wysylkowej|list|baz|subskrypcji|mailingu|systemu',
    halt:
      'nie wyrazam zgody na|nie chce|nie chcemy|przestancie|prosze przestac|przestan|' +
      'prosze zaprzestac|zaprzestac|koniec z|nie zycze sobie|przestac|zaprzestanie|' +
      'o zaprzestanie',
    not: 'nie|nigdy',
    no: 'zadnych',
    more: 'wiecej|juz|dalszych|kolejnych|ponownie|nigdy wiecej|wiecej zadnych',
    mail:
      'pisac|pisz|piszcie|przysylac|wysylac|wysylania|przysylania|przesylac|przesylania|' +
      'kontaktowac|kontaktu|maili|maile|mailow|mail|emaili|e maili|e mail|wiadomosci|spamu|' +
      'spamowac|reklam|ofert|korespondencji|informacji handlowych|wysylajcie|przysylajcie|' +
      'wysylki|kontakt|pisania',
    fill:
      'otrzymywac|dostawac|prosze|prosze o|bardzo prosze|o|mnie|mi|do mnie|do nas|nam|sie|' +
      'ze mna|panstwa|waszej|waszego|twojej|tej|tego|takich|tych|swojej|z|ze|na|od panstwa|' +
      'od was|natychmiast|niezwlocznie|dziekuje|rowniez|i|a|chce|chcialbym|otrzymywania|' +
      'tego typu|ich|panstwa strony',
  },
  {
    language: 'Czech, Slovak',
    asks:
      'odhlasit|odhlaste me|odhlaste mne|odhlasit se|odhlasit odber|odhlaste ma|odhlaseni|' +
      'odhlasenie|odhlasuji se|zrusit odber|zruste odber|dejte mi pokoj|vyradte me|' +
      'vyradte ma|odhlasit sa',
    bare: 'stop|smazat|vymazat',
    remove:
      'vymazte|smazte|odstrante|odeberte|vyskrtnete|vymazat|smazat|odstranit|vyradte|vyradit|' +
      'o vymaz|o vymazani|o odstraneni|o smazani|vymazani|vymaz|vymazte ma|o vyrazeni|' +
      'odstranenie|o vymazanie',
    self:
      'me|mne|mi|mna|ma|nas|nam|mou adresu|moji adresu|moje udaje|muj email|muj e mail|' +
      'mych udaju|moje data|mojej adresy|moju adresu|mojich udajov|moj email|' +
      'mych osobnich udaju|thisaddress|me udaje|me adresy',
    off: 'z|ze|zo',
    list:
      'databaze|databazy|seznamu|zoznamu|odberu|mailing listu|mailinglistu|rozesilky|listu|' +
      'evidence|distribucniho seznamu|kontaktu|newsletteru|databaze kontaktu|evidencie',
    halt:
      'prestante|prestante s|prestante mi|nechci|nechceme|neprejeme si|nepreji si|nezelam si|' +
      'nechcem',
    not:
      'neposilejte|neposielajte|nepiste|nekontaktujte|nezasilejte|nezasielajte|neobtezujte|' +
      'nikdy|uz neposilejte|uz nepiste|neposilat|nezasilat|nekontaktovat|nepsat|nevolajte|' +
      'nerozesilejte',
    more: 'dalsi|dalsie|vice|viac|uz|jiz|znovu|nikdy vice',
    mail:
      'neposilejte|neposielajte|nepiste|nekontaktujte|nezasilejte|nezasielajte|neobtezujte|' +
      'neposilat|nezasilat|nekontaktovat|nepsat|nerozesilejte|posilat|psat|zasilat|posielat|' +
      'pisat|email|emaily|e mail|e maily|maily|mail|emailu|e mailu|zpravy|spravy|nabidky|' +
      'ponuky|spam|reklamu|reklamy|obchodni sdeleni',
    fill:
      'dostavat|prosim|prosime|zadam|zadame|o|mi|nam|mne|me|ma|vas|vasi|vaseho|vasej|vasho|' +
      'si|se|sa|takove|tyto|tieto|z|ze|zo|okamzite|dekuji|dakujem|a|i|na|od vas|tuto|tento|' +
      'te|teto|tejto|ihned',
  },
  {
    language: 'Hungarian',
    asks:
      'leiratkozas|leiratkozom|leiratkoznek|leiratkozni|iratkoztassanak le|iratkoztasson le|' +
      'hagyjanak beken|szeretnek leiratkozni|leiratkoztatas',
    bare: 'stop|torles|leiratkozni',
    remove:
      'toroljenek|toroljon|toroljek|torolni|torlest|torleset|torles|vegyenek|vegyen|' +
      'tavolitsanak el|toroltetni',
    self:
      'engem|nekem|nekunk|adataimat|cimemet|email cimemet|e mail cimemet|az adataimat|' +
      'az email cimemet|az e mail cimemet|adataim|adataimnak|emailcimemet|thisaddress|' +
      'vegyenek le|vegyen le|minket',
    list:
      'listarol|levelezolistarol|levelezesi listarol|adatbazisbol|hirlevelrol|listajukrol|' +
      'adatbazisukbol|levelezolistajukrol|cimlistarol|rendszerukbol|nyilvantartasbol',
    not: 'ne|soha|nem kerek|nem szeretnek|nem kivanok',
    more: 'tobb|tobbet|tobbe|tovabbi|ujra|soha tobbe',
    mail:
      'kuldjenek|kuldjon|kuldj|irjanak|irjon|irj|keressenek|keressen|zavarjanak|emailt|' +
      'e mailt|levelet|uzenetet|leveleket|emaileket|hirlevelet|spamet|reklamot|e maileket|' +
      'levelet|megkeresest',
    fill:
      'kapni|kerem|kerjuk|kerek|legyen szives|szepen|nekem|nekunk|az|a|az adatait|onoktol|' +
      'koszonom|azonnal|hogy|nem|le|ki|az osszes|szeretnem|kervem|szeretnek',
  },
  {
    language: 'Croatian, Serbian, Slovene, Bulgarian',
    asks:
      'odjavite me|odjavi me|odjava|odjaviti|odjavljujem se|zelim se odjaviti|odjavite nas|' +
      'odjavite|odjavi|отпишете ме|отпиши ме|отписване|искам да се отпиша|одјавите ме|одјава|' +
      'pustite me na miru',
    bare: 'stop|стоп',
    remove:
      'uklonite|ukloni|maknite|makni|izbrisite|izbrisi|obrisite|obrisi|odstranite|' +
      'izbrisite me|премахнете|изтрийте|махнете|заличете|извадете|уклоните|избришите|обришите',
    self:
      'me|nas|mi|nam|ми|moju adresu|moje podatke|moj email|moj e mail|moj naslov|mojo adreso|' +
      'thisaddress|ме|ни|имейла ми|адреса ми|данните ми|моя имейл|моя адрес|моите данни|' +
      'моју адресу|моје податке',
    off: 's|sa|iz|z|od|от|са|из',
    list:
      'liste|popisa|baze|mailing liste|baze podataka|newslettera|seznama|lista|evidencije|' +
      'списъка|списъка си|листа|базата|базата си|базата данни|листе|базе|mailing lista|' +
      'списъка ви|бюлетина',
    halt: 'ne zelim|не желая|не искам|prestanite|prestani|prenehajte|спрете|престанете|престаните',
    not: 'nemojte|ne|nikad|не|никога|немојте',
    more: 'vise|vec|ponovo|nikad vise|повече|више|nove|druge|dalje|още',
    mail:
      'slati|saljite|salji|poslati|kontaktirati|kontaktirajte|pisati|pisite|mailove|mail|' +
      'mailova|e mail|email|emailove|poruke|poruka|posiljajte|posiljati|sporocil|ponude|spam|' +
      'пишете|изпращайте|пращайте|имейли|имейл|писма|съобщения|спам|пишите|шаљите|мејлове|' +
      'безпокойте|mailom|kontakt',
    fill:
      'primati|получавам|molim|molim vas|molimo|prosim|hvala|mi|nam|vase|vaseg|vasih|ove|ovu|' +
      'odmah|i|od vas|da|zelim|me|se|моля|моля ви|ми|да|вашия|вашата|този|тази|веднага|' +
      'благодаря|молим|ваше|своя|своята|си|takve|с вас',
  },
];
