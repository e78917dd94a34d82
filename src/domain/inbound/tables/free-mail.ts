/** Domains whose addresses belong to anybody: that two people share one says nothing of them. */
export const freeMailDomains: ReadonlySet<string> = new Set(
  // Source: the sign-up pages of these providers.
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk ' +
    'yahoo.fr yahoo.de yahoo.co.jp ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net ' +
    'gmx.com gmx.at gmx.ch web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com ' +
    'proton.me protonmail.com zoho.com fastmail.com hey.com tutanota.com orange.fr wanadoo.fr ' +
    'free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it wp.pl o2.pl onet.pl interia.pl ' +
    'seznam.cz centrum.cz azet.sk qq.com 163.com 126.com sina.com naver.com hanmail.net daum.net ' +
    'uol.com.br bol.com.br terra.com.br bluewin.ch comcast.net verizon.net att.net btinternet.com'
  ).split(' '),
);
