import type { StopWords } from './stop-words.ts';

/** Requests for no further mail in languages further east. */
export const easternStopRows: readonly StopWords[] = [
  {
    language: 'Romanian',
    asks:
      'dezabonare|dezabonati ma|dezabonati|dezaboneaza ma|ma dezabonez|vreau sa ma dezabonez|' +
      'doresc sa ma dezabonez|lasati ma in pace|sa ma dezabonati|renunt la abonament',
    bare: 'stop|stergeti',
    remove:
      'stergeti|stergeti ma|sa ma stergeti|eliminati|eliminati ma|sa ma eliminati|' +
      'scoateti ma|sa ma scoateti|sa stergeti|sa eliminati|stergerea|excludeti ma',
    self:
      'stergeti ma|sa ma stergeti|eliminati ma|sa ma eliminati|scoateti ma|sa ma scoateti|' +
      'excludeti ma|datele mele|adresa mea|emailul meu|adresa mea de email|adresa de email|' +
      'datelor mele|thisaddress|mailul meu|adresa mea de e mail',
    off: 'din|de pe|de la',
    list:
      'lista|listele|baza de date|baza|newsletter|lista de email|lista de emailuri|liste|' +
      'lista de contacte',
    halt:
      'nu doresc|nu vreau|incetati sa|opriti|incetati|nu mai|sa nu mai|sa nu ma mai|' +
      'sa nu imi mai|nu imi mai|nu ma mai',
    not: 'nu mai|sa nu mai|sa nu ma mai|nu ma mai|nu imi mai|nu|niciodata',
    more: 'mai|alte',
    mail:
      'trimiteti|trimiteti mi|trimite|emailuri|email|e mailuri|mailuri|mesaje|contactati|' +
      'contactez|scrieti|spam|reclame|deranjati|oferte|mail',
    fill:
      'va rog|va rugam|te rog|vreau|primesc|sa primesc|doresc|sa|imi|ma|ne|de la voi|' +
      'dumneavoastra|voastra|aceasta|multumesc|imediat|si|a|pe|la|toate|mea',
  },
  {
    language: 'Russian, Ukrainian',
    asks:
      'отписаться|отпишите меня|отпишите нас|отпишите|отписать|отписка|отмена подписки|' +
      'отменить подписку|оставьте меня в покое|отписаться от рассылки|отписать меня|' +
      'хочу отписаться|відписатися|відпишіть мене|відпишіть|відписати|відписка|отпишiть мене|' +
      'отпишіть мене|отпишіть|хочу відписатися|я отписываюсь',
    bare: 'стоп|хватит|удалить|удалите|stop|годі|досить|видаліть|видалити',
    remove:
      'удалите|удалить|уберите|убрать|исключите|исключить|вычеркните|удаление|сотрите|' +
      'об удалении|видаліть|видалити|приберіть|прибрати|виключіть|викресліть|вилучіть',
    self:
      'меня|нас|мне|нам|мені|мой адрес|мою почту|мои данные|мой имейл|мой емейл|мой email|' +
      'мой e mail|моего адреса|моих данных|мои контакты|мой контакт|наш адрес|наши данные|' +
      'мои персональные данные|thisaddress|мене|мою адресу|мої дані|мою пошту|мій емейл|' +
      'мій email|наші дані|этот адрес|цю адресу',
    off: 'из|с|от|з|зі|із|від|со',
    list:
      'рассылки|базы|списка|списков|базы данных|списка рассылки|баз|рассылок|листа|подписки|' +
      'розсилки|бази|списку|бази даних|списку розсилки|розсилок|списка адресов|рассылку|' +
      'розсилку',
    halt:
      'не хочу|не желаю|не бажаю|не хотим|прекратите|перестаньте|прекратить|хватит|' +
      'прошу прекратить|остановите|припиніть|перестаньте|досить|годі|завязывайте|прекращайте|' +
      'зупиніть',
    not: 'не|не надо|не нужно|никогда|не потрібно|не треба|ніколи|не стоит',
    no: 'никаких|жодних|без',
    more: 'больше|более|впредь|снова|никогда больше|більше|надалі|знову|в дальнейшем',
    mail:
      'пишите|писать|пиши|присылайте|присылать|отправляйте|отправлять|шлите|слать|беспокойте|' +
      'беспокоить|связывайтесь|писем|письма|письмо|сообщений|сообщения|спам|спама|рассылку|' +
      'рассылки|рекламу|рекламы|предложений|спамить|спамьте|пишіть|писати|надсилайте|' +
      'надсилати|листів|листи|повідомлень|турбуйте|шліть|слати|розсилку|реклами|e mail|email|' +
      'контактировать|высылать|высылайте',
    fill:
      'получать|отримувати|пожалуйста|прошу|просьба|прошу вас|мне|нам|меня|со мной|вашей|' +
      'вашего|ваших|этой|этого|своей|ваши|ваша|такие|таких|эти|немедленно|сразу|срочно|и|на|' +
      'по|этот|спасибо|будь ласка|мені|нас|вашої|цієї|ваші|своєї|дякую|з|цей|прошу вас|' +
      'от вас|сюда|сюди|хочу|я|ваш',
  },
  {
    language: 'Turkish',
    asks:
      'abonelikten cik|abonelikten cikmak istiyorum|aboneligimi iptal edin|abonelik iptali|' +
      'abonelikten cikar|mail atmayin|mail gondermeyin|e posta gondermeyin|mesaj atmayin|' +
      'abonelikten cikarin|uyeligimi iptal edin|beni rahat birakin|listeden cikmak istiyorum|' +
      'abonelikten cikis',
    bare: 'iptal|stop',
    remove:
      'cikarin|cikar|cikartin|cikariniz|cikartiniz|silin|siliniz|sil|kaldirin|kaldiriniz|' +
      'cikarir misiniz|cikarmanizi',
    self:
      'bana|bize|beni|bizi|adresimi|e posta adresimi|mail adresimi|bilgilerimi|verilerimi|' +
      'kisisel verilerimi|mailimi|thisaddress',
    list:
      'listeden|listenizden|mail listenizden|listelerinizden|e posta listenizden|' +
      'mail listesinden|veritabaninizdan|veri tabaninizdan|posta listenizden|mail listeden|' +
      'sisteminizden|rehberinizden',
    halt: 'kesin|birakin|son verin|istemiyorum|istemiyoruz|almak istemiyorum',
    not:
      'gondermeyin|gondermeyiniz|atmayin|atmayiniz|yollamayin|yazmayin|yazmayiniz|' +
      'rahatsiz etmeyin|iletisime gecmeyin|gonderme|yazma',
    more: 'bir daha|tekrar|artik|daha fazla|baska|bundan sonra',
    mail:
      'gondermeyin|gondermeyiniz|atmayin|atmayiniz|yollamayin|yazmayin|yazmayiniz|' +
      'rahatsiz etmeyin|iletisime gecmeyin|gonderme|yazma|mail|e posta|eposta|email|e mail|' +
      'mesaj|spam|reklam|mailler|maillerinizi|e postalar|mail almak|e posta almak',
    fill:
      'lutfen|bana|bize|hemen|derhal|tesekkurler|sizden|bu|ve|rica ederim|istiyorum|almak|' +
      'size|kvkk|ben',
  },
  {
    language: 'Greek',
    asks:
      'διαγραφη|διαγραψτε με|διαγραφη απο τη λιστα|διαγραψε με|απεγγραφη|θελω να διαγραφω|' +
      'να διαγραφω',
    bare: 'stop|στοπ',
    remove: 'διαγραψτε|διαγραψετε|να διαγραψετε|αφαιρεστε|αφαιρεσετε|σβηστε|βγαλτε|διαγραφη',
    self: 'με|μας|το email μου|τα στοιχεια μου|τα δεδομενα μου|τη διευθυνση μου|μου|thisaddress',
    off: 'απο',
    list: 'λιστα|λιστα σας|βαση|βαση δεδομενων|newsletter|λιστες σας|λιστες|λιστα αλληλογραφιας',
    halt: 'σταματηστε|σταματηστε να|παψτε να|δεν θελω|δεν επιθυμω',
    not: 'μη|μην',
    more: 'ξανα|αλλα|πλεον|αλλο|περισσοτερα',
    mail:
      'στειλετε|στελνετε|να στελνετε|ξαναστειλετε|ξαναστελνετε|γραφετε|ξαναγραψετε|email|' +
      'emails|μηνυματα|mail|επικοινωνησετε|ενοχλειτε|ενοχλησετε|να λαμβανω|λαμβανω|spam|' +
      'ενημερωσεις',
    fill: 'παρακαλω|σας|τη|την|το|τα|τις|μου|μας|να|ευχαριστω|αμεσα|απο|εσας|και|με|τη δικη',
  },
  {
    language: 'Hebrew',
    asks:
      'הסר|הסירו|הסירו אותי|הסר אותי|להסיר|להסיר אותי|הסרה|תסירו אותי|תוריד אותי|תורידו אותי|' +
      'הורידו אותי',
    bare: 'stop|עצרו',
    remove: 'להסיר|הסירו|הסר|תסירו|תסיר|מחקו|למחוק|תמחקו|הורידו|תורידו',
    self: 'אותי|אותנו|לי|אלי|לנו|את הכתובת שלי|את המייל שלי|את הפרטים שלי|את כתובתי|thisaddress',
    list:
      'מהרשימה|מרשימת התפוצה|מרשימת הדיוור|מהמאגר|מהתפוצה|מהדיוור|מרשימת התפוצה שלכם|' +
      'מהרשימה שלכם|מהרשימות',
    halt: 'תפסיקו|הפסיקו|להפסיק|תפסיק',
    not: 'אל|לא|אל תשלחו|נא לא|לא מעוניין|לא מעוניינת',
    more: 'יותר|עוד',
    mail:
      'לשלוח|תשלחו|תשלח|אל תשלחו|לקבל|מיילים|מייל|הודעות|דואר|ספאם|לכתוב|תכתבו|לפנות|פרסומות|' +
      'דיוור',
    fill: 'נא|בבקשה|אנא|אבקש|לי|אלי|לנו|תודה|מכם|אני|רוצה|מיד|את',
  },
  {
    language: 'Arabic, Persian',
    asks:
      'الغاء الاشتراك|الغاء اشتراكي|الغوا اشتراكي|ارجو الغاء الاشتراك|الغاء الإشتراك|' +
      'إلغاء الاشتراك|إلغاء اشتراكي|أرجو إلغاء الاشتراك|لغو اشتراک|لغو عضویت',
    bare: 'توقف|توقفوا|قف|stop|حذف|إزالة',
    remove: 'ازالتي|إزالتي|ازالة|إزالة|حذف|احذفوا|احذفني|احذفوني|حذفي|شطب|حذف کنید',
    self:
      'لي|لنا|ازالتي|إزالتي|احذفني|احذفوني|حذفي|بريدي|اسمي|عنواني|بياناتي|بريدي الإلكتروني|' +
      'thisaddress|ایمیل من|مرا',
    list:
      'من القائمة|من قائمتكم|من القائمة البريدية|من قائمة المراسلات|من قاعدة البيانات|' +
      'من قوائمكم|من قائمة البريد|از لیست',
    halt: 'توقفوا عن|توقف عن|الرجاء التوقف عن|كفوا عن',
    not: 'لا|عدم|نفرستید',
    more: 'مرة أخرى|مجددا|بعد الآن|المزيد من|دیگر|أي|اي',
    mail:
      'ترسلوا|ترسل|ارسال|إرسال|مراسلتي|الرسائل|رسائل|رسالة|البريد|ايميلات|إيميلات|التواصل|' +
      'تراسلوني|نفرستید|ایمیل|مراسلتنا',
    fill: 'الرجاء|رجاء|ارجو|أرجو|من فضلك|من فضلكم|يرجى|لي|لنا|معي|شكرا|فورا|لطفا|منكم|هذه|الى|إلى',
  },
  {
    language: 'Indonesian, Malay, Vietnamese',
    asks:
      'berhenti berlangganan|batal langganan|batalkan langganan|hentikan langganan|' +
      'stop berlangganan|nyahlanggan|huy dang ky|ngung dang ky|huy theo doi',
    bare: 'stop|berhenti|hapus|dung lai',
    remove: 'hapus|hapuskan|keluarkan|buang|padam|xoa|hay xoa|go|loai',
    self:
      'saya|kami|email saya|alamat saya|data saya|alamat email saya|toi|email cua toi|' +
      'dia chi cua toi|thong tin cua toi|thisaddress',
    off: 'dari|khoi|ra khoi',
    list:
      'daftar|milis|daftar email|senarai|database|daftar ini|danh sach|danh sach email|' +
      'danh sach gui|co so du lieu',
    halt: 'berhenti|stop|hentikan|ngung|dung',
    not: 'jangan|tidak mau|khong|khong muon|dung',
    more: 'lagi|nua|them',
    mail:
      'kirim|mengirim|kirimkan|hubungi|menghubungi|email|pesan|spam|gui|gui email|lien he|' +
      'thu|nhan|menerima|nhan email',
    fill:
      'mohon|tolong|silakan|terima kasih|anda|ini|ke|untuk|kepada|vui long|xin|lam on|' +
      'cua ban|cam on|cho|tu|tin|nay',
  },
  {
    language: 'Japanese',
    asks: '配信停止|配信を停止|配信の停止|配信解除|メールの停止|購読解除|購読停止|登録解除|退会|オプトアウト|メールの配信停止|メルマガ解除',
    bare: '停止|解除|不要です|不要|ストップ|stop',
    remove: '削除|外して|除外|消して|抹消',
    self: '私を|私の|当方を|当社を|弊社を|私のアドレスを|アドレスを|メールアドレスを|登録を|当方のアドレスを|個人情報を|連絡先を|thisaddress',
    off: 'から',
    list: 'リスト|メーリングリスト|名簿|配信リスト|配信先|送信リスト|データベース',
    halt: '送らないで|送信しないで|送付しないで|連絡しないで|送らないように|よこさないで|やめて|止めて|停止して|お断りします|お断り|ご遠慮|控えて',
    not: 'しないで',
    no: '不要です|不要|結構です|いりません|要りません',
    more: '今後|これ以上|二度と|以後|もう|今後一切',
    mail: '送らないで|送信しないで|送付しないで|連絡しないで|メール|ご連絡|連絡|営業メール|配信|送信|送付|メルマガ|案内|送らないように|迷惑メール|営業|よこさないで',
    fill:
      'ください|下さい|してください|して下さい|して|を|の|は|が|に|で|と|も|お願いします|お願い致します|お願いいたします|お願い|希望します|希望|致します|' +
      'いたします|します|です|ます|この|こちら|当方|私|こういった|このような|一切|頂けますか|いただけますか|いただきたい|頂きたい|ので|させて|すぐに|至急|' +
      'どうか|する|こちらへ|への|くださいませ',
  },
  {
    language: 'Chinese',
    asks: '退订|取消订阅|退訂|取消訂閱|退订邮件',
    bare: '停止|删除|刪除|不需要|不需要了',
    remove: '删除|移除|刪除|删掉|去掉|剔除|移出|删了',
    self: '我|我们|我的邮箱|我的邮箱地址|我的地址|我的信息|我的郵箱|我的资料|我的数据|我的個資|thisaddress',
    off: '从|從|自',
    list: '名单|列表|邮件列表|名單|郵件列表|邮件名单|数据库|收件名单|通讯录|發送名單|发送列表|联系人',
    halt: '停止|别再|不要再|请勿再|請勿再|勿再|別再|拒收|不想再',
    not: '不要|不想|请勿|請勿|别|勿',
    more: '再|继续|以后|今后|繼續|以後',
    mail: '发|发邮件|发送|寄|邮件|信|信息|广告|骚扰|联系|垃圾邮件|發|發送|郵件|發郵件|廣告|聯繫|打扰|打擾|收到|推销',
    fill: '请|請|把|将|將|给|給|了|吧|您|你|你们|的|中|里|裡|谢谢|謝謝|这|此|任何|这种|这些|立即|马上|我|我们|類|类|出|麻烦|贵司|贵公司|内',
  },
  {
    language: 'Korean',
    asks: '수신거부|수신 거부|구독 취소|구독취소|구독 해지|구독해지|수신 거부 합니다|수신거부합니다|메일 수신거부',
    bare: '중지|그만|삭제|해지|거부',
    remove: '삭제|삭제해|제외|제외해|빼|빼주세요|제거|제거해|지워',
    self: '저를|제|제 이메일|제 메일|제 주소|제 정보|제 이메일을|제 주소를|제 정보를|개인정보를|메일주소를|thisaddress|내 정보',
    off: '에서',
    list: '목록에서|명단에서|리스트에서|메일링 리스트에서|발송 목록에서|데이터베이스에서|수신 목록에서|목록|명단',
    halt: '보내지|연락하지|발송하지|그만|중단|중단해|중지|중지해|그만 보내|원하지 않습니다|거부합니다',
    not: '하지',
    more: '더 이상|더이상|다시는|앞으로|다시',
    mail: '보내지|연락하지|발송하지|메일|이메일|메일을|이메일을|광고|광고메일|스팸|연락|보내|메일은|발송|수신|문자',
    fill:
      '해주세요|해 주세요|주세요|주십시오|바랍니다|부탁드립니다|부탁합니다|마세요|마십시오|말아|말아주세요|합니다|제발|좀|이런|저에게|를|을|은|는|에|요|' +
      '하지|이|그만|감사합니다',
  },
  {
    language: 'Thai',
    asks: 'ยกเลิกการสมัคร|ยกเลิกการรับอีเมล|ยกเลิกการรับข่าวสาร|เลิกรับอีเมล|ยกเลิกรับอีเมล',
    bare: 'หยุด|ยกเลิก',
    remove: 'ลบ|เอาออก|นำออก|ถอด',
    self: 'ฉัน|ผม|ดิฉัน|อีเมลของฉัน|ชื่อฉัน|อีเมลของผม|เรา|thisaddress',
    off: 'ออกจาก|จาก',
    list: 'รายชื่อ|รายการ|ฐานข้อมูล|ลิสต์',
    halt: 'หยุด|เลิก|อย่า|ไม่ต้อง',
    not: 'อย่า|ไม่ต้อง|ไม่ต้องการ|ห้าม',
    more: 'อีก|อีกต่อไป',
    mail: 'ส่งอีเมล|ส่งเมล|ส่ง|อีเมล|ติดต่อ|ข้อความ|เมล|สแปม|รับ',
    fill: 'กรุณา|โปรด|ช่วย|ให้|มา|หา|ครับ|ค่ะ|ขอบคุณ|ของคุณ|ออก|นะ|ถึง|การ',
  },
];
