// Words by which tables say that a person must not be written to: headers and values of exports of
// HubSpot, Salesforce, Dynamics, Pipedrive, Zoho, Mailchimp (unsubscribed, cleaned, unsub_time),
// ActiveCampaign, Brevo (blocklisted), Klaviyo (suppressed), SendGrid, Apollo (do not contact),
// Instantly, Smartlead and CleverReach, as their help pages name them, and the same words in the
// twenty languages most written in business. Without case, accents, spaces and signs.

/** A header that holds one of these says no with a yes, a date or a reason. */
export const refusalWords = `
  unsubscrib unsub optout optedout optingout donotemail donotmail donotcontact donotallowemail
  donotallowbulkemail dontemail dontcontact
  nocontact noemail noemails nomarketing emailoptoutdate suppressed suppression blacklist blocklist
  hardbounce emailbounce bouncereason bouncedate bouncedreason bouncedat isbounced hasbounced
  spamcomplaint complained complaintdate globalunsubscribe exclusionlist gdprobjection
  abgemeldet abmeldung abbestellt ausgetragen werbesperre werbewiderspruch widerspruch
  kontaktsperre mailsperre emailsperre nichtkontaktieren nichtanschreiben keinewerbung keineemail
  keinemail keinkontakt gesperrtfuremail
  desabonne desinscrit desinscription desabonnement nepascontacter pasdemail opposition listenoire
  dadodebaja fechadebaja baja nocontactar noenviar desuscrito listanegra
  disiscritto disiscrizione cancellato noncontattare
  descadastrado descadastro naocontatar cancelouinscricao
  uitgeschreven afgemeld nietcontacteren nietmailen
  avregistrerad avanmald kontaktaej avmeldt reservert afmeldt peruutettu suoramarkkinointikielto
  wypisany wypisano rezygnacja niekontaktowac sprzeciw odhlasen odhlaseny nekontaktovat
  leiratkozott nekeresse dezabonat aboneliktencikti iletisimkurmayin
  отписан отписка неписать неконтактировать черныйсписок відписаний неписати
  退订 已退订 拒收 配信停止 配信不可 購読解除 수신거부 हटाया الغاءالاشتراك`;

/** A header that is one of these is about refusing mail. */
export const exactRefusalWords = 'bounced bounce dnc dne cleaned optouts unsubbed complaints';

/** A header that holds one of these is about other channels, or about a link, not about mail. */
export const otherChannelWords = `
  call phone sms text fax whatsapp post letter tel anruf telefon link url page list group rate count
  subject template`;

/** A header that holds one of these says no with a no. */
export const consentWords = `
  optin optedin subscribed consent permission marketingallowed canemail cancontact emailable
  einwilligung einverstanden zustimmung newsletteranmeldung consentement abonne inscrit
  consentimiento suscrito consenso iscritto consentimento inscrito toestemming ingeschreven
  samtycke samtykke suostumus zgoda souhlas hozzajarulas consimtamant izin согласие подписан 同意 동의`;

/** With one of these a header tells when and how somebody consented, not whether. */
export const consentDetails = 'time date at ip on source method version text form datum zeit';

/** A header that holds one of these may have a status among its values. */
export const statusWords = `
  status state stage result disposition zustand statut etat estado stato stan stav durum allapot
  stare tila статус состояние 状态 狀態 状態 상태 subscription subscriber verification deliverability
  tag tags kennzeichen`;

/** Values of a status by which nobody may, or can, be written to. */
export const refusingValues = `
  unsubscribed unsubscribe unsub optedout optout optouts optedoutofemail donotemail donotmail
  donotcontact dontcontact dnc dne cleaned bounced bounce hardbounced hardbounce
  invalid undeliverable emailinvalid invalidemail suppressed blacklisted blocklisted blocked
  complained complaint spamcomplaint spam reportedspam markedasspam nonsubscribed disallowed
  notinterested neverbounce rejected unsubscribedall leftcompany
  abgemeldet abbestellt gesperrt widersprochen werbesperre ungultig unzustellbar
  nichtkontaktieren keinewerbung keininteresse inaktivabgemeldet
  desabonne desinscrit nepascontacter invalide rejete baja dadodebaja desuscrito nocontactar
  invalido disiscritto noncontattare nonvalido descadastrado naocontatar uitgeschreven afgemeld
  ongeldig avregistrerad avmeldt afmeldt wypisany nieprawidlowy odhlasen neplatny leiratkozott
  ervenytelen dezabonat отписан отписался недействителен 退订 已退订 無効 配信停止 수신거부`;

/** Values that say no, or nothing. Each other value of a column of refusals counts as a yes. */
export const noWords = `
  false no n 0 f off falsch nein non faux falso nao nee onwaar nie falsz ne nem nu hayir yanlis ei
  nej nei нет ложь ні 否 いいえ 아니요 never none null na unchecked unset optedin subscribed active
  aktiv allow allowed keine niemals jamais nunca mai`;
