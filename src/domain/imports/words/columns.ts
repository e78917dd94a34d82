// Words of headers by which a column is told from the column of a person's own address.

/**
 * An address beside one of these words is somebody else's: the colleague who owns, made or changed
 * the record, the sender, the referrer. From the exports of Salesforce ("Lead Owner Email"),
 * HubSpot ("Contact owner"), Pipedrive ("Person - Owner"), Zoho ("Created By Email"), Apollo,
 * Outlook ("Assistant's E-mail", "Manager"), and the same words of other languages.
 */
export const otherPeople = `
  owner owners creator created createdby assigned assignee assignedto modified modifiedby updated
  updatedby sender from manager managers supervisor boss rep reps representative salesrep seller cc
  bcc replyto reply referrer referred referral account agent recruiter assistant assistants spouse
  partner csm sdr bdr ae executive approver author editor uploader importedby addedby
  inhaber besitzer ersteller erstellt erstelltvon zustandig bearbeiter betreuer kundenbetreuer
  absender vertreter vertrieb verantwortlich verantwortlicher vorgesetzter geandert geandertvon
  proprietaire createur expediteur responsable gestionnaire commercial assistante
  propietario creador remitente asignado vendedor gerente comercial
  proprietario creatore mittente responsabile assegnato venditore dono criador remetente
  eigenaar maker afzender toegewezen verkoper agare skapare avsandare ejer afsender eier
  wlasciciel nadawca opiekun vlastnik odesilatel tulajdonos sahip gonderen
  владелец отправитель менеджер ответственный 所有者 担当者 送信者 负责人 所有人 发件人 담당자`;

/**
 * A header with one of these describes an address and is none. Values decide where there are any.
 */
export const noAddress = `
  status verif valid opt date sent subject domain type source confiden bounce count label sequence
  catch find list template provider permission frequency quality score campaign open click name
  body text count unsub newsletter marketing format client consent`;

/** The address in such a column is taken when there is no other. */
export const secondChoice = `
  personal private privat company companys firma firmen entreprise empresa azienda
  secondary second other alternate alternative additional backup home
  zweite weitere andere autre otro altra 2 3 4 5 6 7 8 9`;

/** Words that tell the columns of one person's addresses apart. */
export const qualifiers = `
  email emails e mail mails address addresses adresse adressen value values wert person contact work
  business office main primary first geschaftlich dienstlich buro 1 professional pro direct
  best`;
