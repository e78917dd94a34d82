import type { StopWords } from './stop-words.ts';

/** Requests for no further mail in languages of western Europe. */
export const westernStopRows: readonly StopWords[] = [
  {
    language: 'English',
    asks:
      'unsubscribe|unsub|unsubscribed|opt out|optout|opt me out|opt us out|leave me alone|' +
      'leave us alone|fuck off|piss off|i want to unsubscribe|i would like to unsubscribe|' +
      'i wish to unsubscribe|i want to opt out|i would like to opt out|' +
      'id like to unsubscribe|i wish to opt out|want to unsubscribe|like to unsubscribe|' +
      'wish to unsubscribe|want to opt out|like to opt out|wish to opt out|do not contact|' +
      'dont contact|opting out|i opt out|i unsubscribe',
    bare: 'stop|remove|end|quit|cease|take off|stop it|stop this|stop that|cease and desist',
    remove: 'remove|removed|delete|deleted|drop|strike|erase|erased|exclude|purge|removal of',
    take: 'take|taken|get',
    off: 'off|off of|from|out of|out|of',
    self:
      'me|us|my e mail|my email|my address|my e mail address|my email address|my name|' +
      'my data|my details|my contact|my contact details|my contact information|' +
      'my information|my info|my personal data|my personal information|our email|our address|' +
      'our email address|our data|this address|this email address|this e mail address|' +
      'this contact|myself|our company|our domain|my email id|my profile|my record|' +
      'thisaddress|this mailbox|this inbox',
    list:
      'list|lists|mailing list|mailing lists|mail list|email list|e mail list|contact list|' +
      'database|distribution list|distribution|marketing list|newsletter|newsletters|' +
      'campaign|campaigns|sequence|sequences|contacts|records|crm|mailings|mailing|send list|' +
      'email database|these emails|these mails|your emails|your mails|your mailings|' +
      'future emails|any future emails|system|systems|your system',
    halt:
      'stop|stop to|quit|cease|cease and desist|desist|desist from|stop all|end all|' +
      'discontinue|refrain from|i do not want|i dont want|we do not want|we dont want|' +
      'do not want|dont want|no longer want|no longer wish|i no longer want|i no longer wish|' +
      'i do not wish|i dont wish|do not wish|dont wish|we do not wish|we no longer wish|' +
      'we no longer want|i want to stop receiving|i would prefer not|i would rather not|' +
      'rather not|prefer not|stop this|stop that|stop it',
    not: 'do not|dont|never|do not ever|dont ever|never ever|not',
    no: 'no|no more|no further|zero',
    more:
      'more|further|any more|anymore|again|any further|ever again|no more|no further|' +
      'any longer|in future|in the future|future|never ever|dont ever|do not ever',
    mail:
      'send|sending|email|emails|e mail|e mails|emailing|e mailing|mail|mails|mailing|' +
      'contact|be contacted|contacting|write|writing|spam|spamming|message|messages|' +
      'messaging|bother|bothering|harass|harassing|communication|communications|' +
      'correspondence|solicitations|soliciting|reach out|reaching out|newsletters|marketing|' +
      'anything from you|hear from you|anything else from you|these|your spam|promotions|' +
      'contacted|these emails|these mails|your emails|your mails|your mailings|future emails|' +
      'any future emails',
    fill:
      'you can|can you|could you|would you|will you|you may|i would like|i would like to be|' +
      'id like to be|i want to be|i wish to be|i ask to be|i request to be|' +
      'we would like to be|i want you to|i ask you to|i am asking you to|we ask you to|' +
      'wish to be|like to be|want to be|to be|to receive|to get|to hear|receive|receiving|be|' +
      'being|and|all|any|your|the|this|that|those|such|other|for|by|from you|with you|to me|' +
      'to us|now|immediately|at once|right away|right now|today|permanently|forever|also|' +
      'just|it|my|our|as well|as soon as possible|once and for all|unsolicited|promotional|' +
      'sales|cold|unwanted|stuff|offers|hereby|in|everything|under|according|per|article 17|' +
      'effective immediately|if possible|simply|ever|then|so|hi|hello|to|email based|' +
      'i request|i demand|request|demand',
  },
  {
    language: 'German',
    asks:
      'abmelden|abmeldung|austragen|abbestellen|abbestellung|newsletter abbestellen|' +
      'ich melde mich ab|lassen sie mich in ruhe|lass mich in ruhe|melden sie mich ab',
    bare: 'stopp|stop|entfernen|löschen|loeschen|aufhören',
    remove:
      'löschen|lösche|löscht|loeschen|gelöscht|entfernen|entferne|entfernt|streichen|' +
      'streiche|löschung',
    take: 'nehmen|nimm|nehmt|genommen|tragen|trage|tragt|melden|melde|lassen|werden|tun',
    off: 'aus|von|ab|heraus|raus|herunter|runter|weg',
    self:
      'mich|uns|mir|meine adresse|meine e mail|meine email|meine e mail adresse|' +
      'meine email adresse|meine mailadresse|meine daten|meiner daten|meine mail|' +
      'meine mail adresse|meine kontaktdaten|meinen namen|meinen kontakt|unsere adresse|' +
      'unsere e mail adresse|unsere daten|diese adresse|diese e mail adresse|' +
      'meine persönlichen daten|meine personenbezogenen daten|thisaddress',
    list:
      'verteiler|liste|listen|newsletter|mailingliste|datenbank|adressliste|kontakten|' +
      'e mail verteiler|email verteiler|mail verteiler|mailverteiler|verteilerliste|kartei|' +
      'mailings|kontaktliste|verteilern|datenbanken|adressverteiler',
    halt:
      'unterlassen sie|unterlassen|stoppen sie|stoppen|hören sie auf|hör auf|hört auf|' +
      'beenden sie|verzichten sie auf|sehen sie von|absehen|abzusehen|zu unterlassen|' +
      'einzustellen|ich widerspreche|widerspreche ich|ich verbitte mir|verbitte mir',
    not: 'nicht|nicht mehr|nie wieder|nie mehr|niemals|nichts mehr',
    no: 'kein|keine|keinen|keinerlei',
    more:
      'mehr|weiter|weitere|weiteren|weiterer|wieder|künftig|in zukunft|zukünftig|zukünftigen|' +
      'weiterhin|nicht mehr|nie wieder|nie mehr|nichts mehr',
    mail:
      'e mail|e mails|email|emails|mail|mails|nachricht|nachrichten|werbung|werbemails|' +
      'werbe mails|werbezwecken|kontaktaufnahme|kontaktaufnahmen|kontaktieren|kontaktiert|' +
      'anschreiben|angeschrieben|anzuschreiben|zu kontaktieren|schreiben|zu schreiben|senden|' +
      'zu senden|schicken|zu schicken|zusenden|zuschicken|mailen|belästigen|belästigung|' +
      'kontakt|spam|zusendung|zusendungen|werbenachrichten|schreib|schreibt|schick|schickt|' +
      'nutzung meiner daten|verarbeitung meiner daten|verwendung meiner daten|zuzusenden|' +
      'direktwerbung|anfragen',
    fill:
      'sie|ihnen|ich möchte|wir möchten|möchte ich|ich will|ich wünsche|wünsche ich|' +
      'ich bitte|bitte ich|ich bitte sie|ich fordere sie auf|wir wünschen|wir wollen|wünsche|' +
      'möchte|sofort|umgehend|unverzüglich|von ihnen|an mich|an uns|an diese adresse|der|die|' +
      'das|dem|den|ihrer|ihrem|ihren|ihre|diese|dieser|diesem|diesen|solche|solchen|' +
      'dieser art|und|hiermit|gemäß|nach|laut|davon|es|alle|zu|zum|zwecke|per|auf|bei|jetzt|' +
      'endlich|eurem|eurer|euren|euch|einfach|auch|art 17|artikel 17|doch|erhalten|bekommen|' +
      'hallo|um',
  },
  {
    language: 'French',
    asks:
      'desabonner|desabonnez moi|desabonne moi|desabonnez nous|desabonnement|desinscrire|' +
      'desinscrivez moi|desinscris moi|desinscrivez nous|desinscription|me desinscrire|' +
      'me desabonner|nous desabonner|nous desinscrire|laissez moi tranquille|' +
      'foutez moi la paix',
    bare: 'stop|stopper|retirer|supprimer|arretez|arret',
    remove:
      'supprimer|supprimez|supprimez moi|retirer|retirez|retirez moi|enlever|enlevez|' +
      'enlevez moi|effacer|effacez|effacez moi|rayer|rayez|rayez moi|radier|radiez moi|oter|' +
      'otez moi|suppression de',
    take: 'sortir|sortez|sortez moi',
    off: 'de|des|du|hors de',
    self:
      'me|moi|nous|mes donnees|mon adresse|mon e mail|mon email|mon mail|mon adresse mail|' +
      'mon adresse email|mon adresse e mail|mes coordonnees|mon nom|mon contact|' +
      'notre adresse|nos coordonnees|cette adresse|mes donnees personnelles|thisaddress|' +
      'mon compte',
    list:
      'liste|listes|listing|newsletter|base|bases|fichier|fichiers|liste de diffusion|' +
      'liste d envoi|listes de diffusion|liste d envois|mailing list|base de donnees|' +
      'bases de donnees|envois|mailing|mailings|liste de contacts|contacts|mails|emails|' +
      'e mails|communications',
    halt:
      'stop aux|stop a|arretez de|arreter de|arretez|cessez de|cesser de|cessez|cesser|' +
      'arretez d|cessez d|stoppez|stop|arreter|arreter d|cesser d|je ne souhaite plus|' +
      'nous ne souhaitons plus|je ne veux plus|nous ne voulons plus|je ne desire plus|' +
      'je ne souhaite pas|je ne veux pas',
    not: 'ne plus|ne pas|ne me|ne nous|ne m|ne',
    no: 'pas de|aucun|aucune',
    more: 'plus|ne plus|plus jamais|davantage|a l avenir|desormais|plus de|nouveau',
    mail:
      'contacter|contactez|ecrire|ecrivez|envoyer|envoyez|m envoyer|nous envoyer|solliciter|' +
      'sollicitez|relancer|relancez|deranger|importuner|spammer|harceler|mail|mails|email|' +
      'emails|e mail|e mails|message|messages|courriel|courriels|newsletter|newsletters|spam|' +
      'spams|sollicitation|sollicitations|publicite|publicites|pub|demarcher|demarchage|' +
      'etre contacte|etre contactee|etre sollicite|prospection|envois|envoi|relances|offres|' +
      'ecris|envoie|contacte',
    fill:
      'merci de|merci|priere de|veuillez|bien vouloir|de bien vouloir|je|nous|vous|souhaite|' +
      'souhaitons|veux|voudrais|desire|demande|vous demande|me|moi|m|la|le|les|votre|vos|' +
      'cette|ce|ces|de|d|des|du|a|et|immediatement|tout de suite|aussi|par|en|toutes|tous|' +
      'tout|de votre part|s il vous plait|sans delai|par mail|toute|de vous|de ce type|' +
      'de ce genre|conformement au|au|sur|cet|ma|mon|que|recevoir|rapidement|definitivement|' +
      'l|rgpd|commerciales|commerciaux|commercial|publicitaires|pouvez vous|pourriez vous',
  },
  {
    language: 'Spanish',
    asks:
      'darme de baja|darnos de baja|dar de baja|dadme de baja|dame de baja|deme de baja|' +
      'denme de baja|desuscribir|desuscribirme|desuscribanme|desuscribame|desapuntarme|' +
      'solicito la baja|quiero la baja|cancelar suscripcion|cancelar la suscripcion|' +
      'cancelar mi suscripcion|dejenme en paz|dejeme en paz|me doy de baja|anular suscripcion',
    bare: 'baja|stop|basta|eliminar|remover|borrar|cancelar',
    remove:
      'eliminar|elimine|eliminen|elimina|eliminame|eliminarme|eliminenme|elimineme|borrar|' +
      'borre|borren|borrame|borrarme|borrenme|borreme|quitar|quite|quiten|quitame|quitarme|' +
      'quitenme|quiteme|remover|remuevan|remuevanme|remueveme|retirar|retiren|retirenme|' +
      'retireme|suprimir|supriman|suprima|saquenme|saqueme|sacame|excluir|excluyanme|' +
      'la baja de|eliminación|la eliminación de|eliminación de|cancelación',
    off: 'de|del|fuera de',
    self:
      'eliminame|eliminarme|eliminenme|elimineme|borrame|borrarme|borrenme|borreme|quitame|' +
      'quitarme|quitenme|quiteme|remuevanme|remueveme|retirenme|retireme|saquenme|saqueme|' +
      'sacame|excluyanme|mi correo|mi email|mi e mail|mi direccion|mis datos|mi nombre|' +
      'mi contacto|mi direccion de correo|mi correo electronico|mi mail|nuestros datos|' +
      'nuestro correo|esta direccion|este correo|me|nos|mis datos personales|thisaddress',
    list:
      'lista|listas|lista de correo|lista de correos|lista de distribucion|base de datos|' +
      'bases de datos|base|newsletter|boletin|registros|sistema|contactos|lista de contactos|' +
      'mailing|lista de envio',
    halt:
      'no quiero|no deseo|no queremos|no deseamos|deje de|dejen de|deja de|dejar de|paren de|' +
      'pare de|cesen de|basta de',
    not: 'no|nunca',
    no: 'ningun|ninguna|sin|no mas',
    more: 'mas|nunca mas|otra vez|nuevamente|otros|en el futuro|no mas',
    mail:
      'escriban|escriba|escribir|escribirme|escribas|contacten|contacte|contactar|' +
      'contactarme|contactes|envien|envie|envies|enviar|enviarme|mandar|mandarme|manden|' +
      'mande|mandes|molesten|moleste|molestar|molestarme|correo|correos|email|emails|e mail|' +
      'e mails|mensaje|mensajes|mail|mails|spam|publicidad|correos electronicos|' +
      'ser contactado|ser contactada|comunicaciones|comunicacion|newsletters|enviandome|' +
      'enviando|informacion comercial',
    fill:
      'por favor|favor de|favor|ruego|les ruego|le ruego|solicito|pido|les pido|quiero|deseo|' +
      'queremos|me|nos|su|sus|la|las|el|los|esta|estas|este|estos|de|del|que|a|al|y|vuestra|' +
      'vuestro|tu|tus|inmediatamente|ya|ahora|suyos|suyo|le|les|mi|cualquier|recibir|todos|' +
      'todas|por|gracias|lo antes posible',
  },
  {
    language: 'Italian',
    asks:
      'disiscrivimi|disiscrivetemi|disiscrivermi|disiscrizione|disiscrivetevi|' +
      'annulla iscrizione|annullare iscrizione|annullare l iscrizione|disdetta|' +
      'lasciatemi in pace|cancellazione iscrizione|disiscriviti|cancellarmi|cancellatemi|' +
      'cancellami',
    bare: 'stop|basta|cancella|cancellare|rimuovi|rimuovere|cancellazione',
    remove:
      'cancellare|cancellate|cancelli|cancella|eliminare|eliminate|elimini|elimina|rimuovere|' +
      'rimuovete|rimuova|rimuovi|rimuovimi|rimuovermi|rimuovetemi|rimuovervi|toglietemi|' +
      'toglimi|togliermi|togliere|eliminatemi|eliminarmi|eliminami|la cancellazione|' +
      'la rimozione|cancellazione|rimozione|depennatemi|rimosso|rimossa|cancellato|cancellata',
    off: 'da|dal|dalla|dalle|dai|di|dei|della|del',
    self:
      'rimuovimi|rimuovermi|rimuovetemi|toglietemi|toglimi|togliermi|eliminatemi|eliminarmi|' +
      'eliminami|depennatemi|i miei dati|miei dati|il mio indirizzo|mio indirizzo|' +
      'la mia email|la mia mail|mia mail|mi|ci|mia email|il mio contatto|il mio nominativo|' +
      'nostro indirizzo|questo indirizzo|thisaddress|il mio indirizzo email|' +
      'il mio indirizzo e mail|i miei dati personali|il mio nome|la mia e mail',
    list:
      'lista|liste|mailing list|newsletter|database|elenco|elenchi|banca dati|rubrica|' +
      'mailinglist|archivi|archivio|contatti|lista di distribuzione|mailing',
    halt:
      'non voglio|non desidero|non vogliamo|non desideriamo|non intendo|smettete di|' +
      'smettetela di|smetta di|smettila di|basta|evitate di|cessate di|la smetta di',
    not: 'non|mai piu',
    no: 'nessuna|nessun|niente',
    more: 'piu|altre|altri|altra|ulteriori|ulteriore|in futuro|mai piu|di nuovo',
    mail:
      'scrivere|scrivermi|scrivetemi|scriverci|scriveteci|scrivete|contattare|contattarmi|' +
      'contattatemi|contattateci|inviare|inviarmi|inviatemi|inviateci|mandare|mandarmi|' +
      'mandatemi|mandateci|disturbare|disturbarmi|disturbatemi|email|e mail|mail|messaggi|' +
      'messaggio|posta|spam|comunicazioni|pubblicita|essere contattato|essere contattata|' +
      'newsletter|contatti',
    fill:
      'per favore|per cortesia|cortesemente|gentilmente|prego|vi prego|vi prego di|' +
      'la prego di|chiedo|chiediamo|vi chiedo|vi chiedo di|chiedo di|richiedo|si prega di|' +
      'ricevere|voglio|vorrei|desidero|essere|la|il|le|i|gli|vostra|vostro|vostre|vostri|sua|' +
      'suo|questa|questo|queste|tua|di|da|del|della|dei|a|e|mi|ci|subito|immediatamente|' +
      'tutti|tutte|da voi|da parte vostra|pubblicitarie|commerciali',
  },
];
