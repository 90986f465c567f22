"""In which language a text is plainly written, and what is said to it: so far only English is understood.

Other scripts are told by their letters, Latin script by the frequent words of each language. Whoever writes English
must not be told that they do not, so every doubt is English: names, loan words, titles, slang, code.
"""

import math
import re
import unicodedata


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What speaks for a language. A word that English has too ("die", "war", "me") speaks for neither.
_WORDS = {
    "de": """ich nicht und ist mir mich dich dir wir ihr sie es sind habe haben hatte kann können muss möchte wurde
        werden wird mein meine meinen meiner meinem dein deine du kein keine keinen eine einen einem einer ein auch
        noch nur sehr mehr schon immer wieder heute gestern jetzt weil dass wenn aber oder für mit zu bei nach auf
        aus warum wer seit ohne alles nichts niemand weiß wie mutter vater freund hund traurig müde allein leben
        sterben gestorben angst von der dem den das bin die war was will hat so in an am also man im er soll sein
        uns mal gar ob unser unsere jeden jeder tage nacht haus arbeit kinder kind gehen geht weiter machen gemacht
        fühle fühlt weine hilfe hilf danke ja nein doch dann hier dort zum zur beim vom bis gegen wollen sagen sagt
        hab gerade bitte etwas viel leider wo tag see fast bald sterbe ganz glaub finde bekomme alt drei zwei abend
        gab deiner seine seinem seinen ihre ihren unseren diese dieser dieses jede beide zurück nachts morgens
        manchmal endlich einfach vielleicht eigentlich wirklich trotzdem deshalb zwischen während hatten waren wäre
        hätte könnte sollte würde gibt kommt komme gehe mache woche wochen jahr jahre jahren stunden leute eltern
        schwester bruder tochter sohn frau oma opa schlafen arzt krankenhaus hasse liebe glücklich fühlen""",
    "fr": """je suis est pas ne les des dans pour avec qui que mais mon ma mes sa ses ce cette ai as avez nous vous
        ils elle il elles sont était être avoir fait tout tous très trop bien rien jamais toujours parce comme quand
        encore sans chez aussi moi toi lui veux peux peur sais vie mort morte mère père ami seul seule triste maman
        hier jai cest ça tu te se le la de du un une et en au plus peut me on a son merci votre matin personne fois
        tellement manques manque envie depuis jours jour ici nuit maison travail enfants enfant famille fils fille
        femme mari faire dire voir va vais vont sens sent pleure aide non oui ni ou où dont leur leurs notre nos aux
        sous après avant pendant beaucoup peu mal font dois doit veut année jusqu aujourd hui crois coucou pense
        suivi cela ton ta tes cancer long souffre temps bébé semaine semaines mois ans heure heures demain soir
        parfois souvent peut-être vraiment juste presque enfin alors donc car si entre vers ceux celui étais avait
        avais aurait serait fera allait parler parle dormir dors pleurer mourir perdu partir parti partie rentre
        rentrer mange manger monde gens parents frère sœur soeur grand petit école hôpital médecin heureux heureuse
        fatigué fatiguée colère chien""",
    "es": """que estoy está están soy es eres muy más pero como cuando porque para con mi mis tus su lo nada todo
        todos siempre nunca tengo tiene quiero quiere puedo puede fue era hace hoy ayer ella nos esta este eso aquí
        madre padre perro amigo mamá papá triste vida vivir murió morir miedo cansado cansada hijo desde también el
        la los las de del y en un una por se te tu yo ya no me a he ha has hay son sin solo sola nadie tanto donde
        le todas mucho esa conmigo puedes quieres tres dos día días noche noches casa trabajo hijos hija familia
        siento siente sé sabe saber hacer decir ver voy vas va vamos llorar lloro ayuda ahora después antes entre
        sobre hasta otra otro cada vez mejor mal bien gente esposo marido hermano hermana les al ir fui fin estamos
        misma mismo odio duele ayúdame verano aunque así dónde paz nuestro nuestra semana semanas mes meses año años
        hora horas mañana anoche tarde luego entonces mientras aún casi quizás algo alguien cualquier cosa cosas
        había estaba estaban fueron será sería tener estar ser dormir hablar llegar perdí perdió dijo dice creo
        pienso niño niños padres abuela abuelo mujer novio novia hospital médico escuela feliz enojado cansancio
        hermanos mundo déjame quisiera""",
    "pt": """eu não que estou está são é você ele ela eles minha meu meus muito mais mas como quando porque para com
        sem seu sua isso tudo nada sempre nunca tenho tem quero quer posso pode foi era fazer hoje ontem já até num
        uma um ao pelo pela dos das da na nos mãe pai triste vida viver morreu morrer medo cansado cansada sozinho
        sozinha ninguém também de se o os e em ou vou mim por só a as me do no comigo nesta toda aqui muitos muita
        dia dias noite casa trabalho filho filha filhos família sinto sente sei sabe dizer ver vai vamos ir chorar
        choro ajuda agora depois antes entre sobre outra outro cada vez melhor mal bem gente marido irmão irmã três
        há dela dele pra pro às fui fim morte estamos estão acho obrigada obrigado vezes odeio onde noites deixa
        nosso nossa semana semanas mês meses ano anos hora horas manhã tarde amanhã então enquanto ainda quase
        talvez algo alguém qualquer coisa coisas tinha havia estava estavam foram será seria ter estar ser dormir
        falar chegar perdi perdeu disse diz penso criança crianças pais avó avô mulher namorado namorada hospital
        médico escola feliz mundo cachorro tempo mesmo mesma consegui consigo dói muitas pouco novo nova finalmente
        fazia queria""",
    "it": """sono non che di il lo gli della nel nella alla con per sei siamo hanno ho hai mio mia miei mie suo sua
        questo questa quello molto più anche ma come quando perché cosa tutto tutti niente sempre mai ancora già
        oggi ieri io lui lei voglio posso devo fare stato stata essere era madre padre morto morta morire vivere
        vita triste solo sola paura stanco stanca mamma cane nessuno sto mi ti si la le un una è e del da se a in me
        ha no i al così dopo vorrei dove tanto tutte manchi manca sento sente giorni giorno notte casa lavoro figlio
        figlia figli famiglia so sai sa dire vedere vado vai va piangere piango aiuto adesso ora prima tra fra sul
        sulla altro altra ogni volta meglio male bene gente marito fratello sorella tre due nostro nostra loro
        questi vuole fa ne ci dai dal dalla dei delle qui piu fine credo stare aiutami sera abbiamo settimana
        settimane mese mesi anno anni ore mattina stamattina stasera domani allora quindi mentre quasi forse
        qualcosa qualcuno cose aveva avevo ero erano sarà sarebbe avere dormire parlare arrivare perso detto dice
        penso bambino bambini genitori nonna nonno donna ragazzo ragazza ospedale medico scuola felice mondo riesco
        finalmente favore lasciami tempo po pure però proprio avete alle agli negli nei sui ai""",
    "nl": """ik niet het een ben is en van mijn je jij hij zij wij ze maar ook nog voor naar om te wel geen meer heb
        heeft hebben zijn wordt worden kan kunnen moet moeten wil zou deze daar hier wat waarom als dan dat omdat
        alles niets niemand altijd nooit vandaag gisteren heel erg zo aan bij uit moeder vader vriend hond
        verdrietig moe alleen leven dood gestorven bang weet niks mij werk met was had in of over me de we hoe dit
        er hem haar iemand toch iets op voel voelt kun dag dagen nacht huis kinderen kind gaan gaat ga doe doet
        maken huilen huil help hulp dank ja nee tot tegen willen zeggen zegt echt gewoon beetje veel helaas terug
        ons onze sinds tijdens zonder zich iedereen slapen praten drie twee laat sta staat even mezelf haat denk
        word waar oud elke vind dochter komen gisteravond zaterdag nachts morgen avond ochtend week weken maand
        maanden jaar jaren uur soms vaak misschien eigenlijk bijna eindelijk dus want tussen maakt hadden waren zal
        zullen zouden ging gingen komt zei vertellen mensen ouders broer zus zoon vrouw oma opa ziekenhuis dokter
        school gelukkig boos mis voelen samen weg zelf toen nou wie wiens gedachten dronken alsjeblieft""",
    "sv": """jag inte och är att det som en ett på med av för till har hade kan ska vill mig dig sig vi han hon min
        mitt mina din men också mycket mer så när om från alla allt inget ingen alltid aldrig idag igår nu bara
        eller vad hur varför var vara blir mår känner måste orkar mor vän hund katt ledsen trött ensam leva dog död
        rädd livet längre i den de dem du honom henne dom då än känns fick får dag dagar natten hem hemma jobb
        jobbet barn familj gå går gör göra säga säger gråter hjälp hjälpa tack ja nej ju här där efter utan under
        mot sover sova lite tyvärr vårt våra sina sin två tre varje andra kommer kunde skulle blev någon något oss
        alltså hela vår vecka veckor månad månader år åren timmar ikväll imorgon morgon kväll ofta ibland kanske
        nästan äntligen eftersom medan haft varit blivit fått borde gick kom sade prata pratar människor föräldrar
        syster bror dotter son fru mormor morfar farmor sjukhuset läkaren skolan lycklig glad arg saknar hatar
        älskar tror tycker själv sedan sen deras sitt snälla bakom""",
    "pl": """nie się jest jestem są mam masz ma jak że żeby już tylko bardzo tak ale czy co dla od po za przez przy
        bez mnie mi mój moja moje mojego ja ty ona oni wy był była było być będzie chcę może mogę muszę wszystko
        wszyscy nic nikt nigdy zawsze dzisiaj dziś wczoraj teraz kiedy dlaczego bo jeszcze mama tata zmarł zmarła
        pies smutno smutny sam sama żyć życie boję umrzeć w z na do to i o a wszystkie jego jej więc tego mną dzień
        dni noc nocy dom domu praca pracy dzieci dziecko rodzina mówi robić czuję czuje płaczę pomoc pomóż dziękuję
        tutaj tu tam też albo lub przed nad pod trzy dwa każdy dobrze źle chce mogła mógł nam nas was go ich iść idę
        jesteś który która które siebie chyba żyje on gdzie czas nasz nasza nasze tydzień tygodnie miesiąc rok lata
        lat godzin rano wieczorem jutro czasami często prawie wreszcie ponieważ podczas miałam miałem byłam byłem
        byliśmy została został zrobić mówić spać ludzie rodzice brat siostra córka syn żona mąż babcia dziadek
        szpital lekarz szkoła szczęśliwa zły kocham tęsknię myślę wiem wie mogłam ktoś coś każdego swoje sobie we ze""",
    "tr": """ve bir bu çok için ama değil yok var gibi daha kadar ne neden nasıl şey her hiç artık benim bana beni
        seni sana onu ona biz onlar olan oldu ben sen de da mi mı mu sonra şimdi bugün dün yarın sadece bile
        istiyorum istemiyorum bilmiyorum annem babam öldü kötü üzgün yalnız mutsuz yorgun yaşamak ölmek korkuyorum
        kendimi hayat ki iyi bütün kimse zor olsun bunu biraz musun misin mısın benimle seninle gün günü gece sabah
        akşam ev iş çocuk çocuklar aile zaman istiyor yapmak ediyorum edemiyorum ağlıyorum yardım lütfen teşekkürler
        önce üç iki güzel hep yine buna burada orada kadın sevgilim insanlar veya olarak diye eşim babamı nefret
        kendimden doktor galiba söyledi o ya nereden bizim haftadır hafta ay yıl saat sabahları bazen belki
        neredeyse sonunda tekrar çünkü ederim etmek etti gitti geldi dedi istedi olur olacak olmak vardı yoktu varsa
        kimseyi insan arkadaşım kardeşim kızım oğlum dedem hastane okul mutlu kızgın sevmiyorum seviyorum özledim
        düşünüyorum biri birşey kendim kendini uyku ağlamak hâlâ gelmedi bilir misiniz fazla""",
    "id": """saya aku kamu kami kita mereka dia yang dan di ke dari untuk dengan tidak bukan ini itu ada sudah belum
        akan bisa mau ingin harus tapi karena kalau jika juga lagi sangat sekali hanya saja sama pada seperti apa
        kenapa semua orang hari kemarin punya jadi gak nggak udah banget ibu ibuku ayah ayahku meninggal mati hidup
        sedih takut lelah capek sendirian rumah tak setelah dapat tadi kerja rasanya malam siang pagi setiap tanpa
        tahu merasa rasa anak anakku keluarga suami istri pulang pergi datang menangis tolong terima kasih sini sana
        dulu nanti masih pernah lebih oleh para sebuah seseorang teman temanku sekarang hidupku diri tiga dua
        bagaimana begitu hujan kota bersama banyak sakit bahwa kah kata kangen bilang terus jangan minggu bulan
        tahun jam besok kadang sering mungkin hampir akhirnya sehingga ketika waktu sedang telah cerita orangtua
        kakak adik nenek kakek dokter sekolah senang bahagia marah benci rindu sayang cinta pikir sendiri sesuatu
        putus gagal masuk keluar makan minum tidur bangun""",
    "vi": """tôi không là của và một có cho đã được với rất này đang mẹ bố ba mình bạn em anh nhưng cũng những các
        người nó khi thì mà nữa lại còn gì sao từ đến ở ra vào muốn sống chết buồn mệt cô đơn sợ hôm nay qua quá lắm
        thể biết ngày chó mất trong như làm con me ai mọi đều nói nghe thấy nhiều ông vợ chồng nhà đi về giờ sáng
        tối đêm việc nên bị hết rồi thôi vẫn luôn tất cả thật tuần tháng năm hai bao nhiêu khóc cười ngủ ăn uống yêu
        ghét nhớ thương giận chúng họ ấy kia đâu thế nào bởi vậy hơn nhất trai gái ơi ạ nhé cảm ơn xin giúp""",
    "ro": """nu este sunt și să că ca pe cu la de din mai am ai au fost era eu tu el ea noi ei mă te se îmi mi îți
        lui ce care cum când unde pentru dar sau foarte tot toate nimic nimeni mereu niciodată azi ieri acum vreau
        pot trebuie știu mea meu mama tata mort murit mor viață trăiesc trist tristă singur singură obosit frică
        simt fără prea un în o a dacă după despre mult nici fi fac vrea aș trei doi zi ziua zile noapte noaptea casă
        acasă copil copiii familie simte spune face merg merge plâng ajută ajutor aici acolo înainte între peste
        altă alt fiecare bine rău oameni soțul soția fratele sora n-am niciun nicio le lor nostru noastră vine faci
        poți ești suntem voi multă totul tată as sa si zice cred mine săptămână săptămâni lună luni an ani oră ore
        mâine seara aseară dimineața uneori poate aproape atunci deci avea aveam eram fie avut făcut spus zis dormi
        vorbi oamenii părinții bunica bunicul prietenul prietena spital doctorul școală fericit fericită supărat dor
        urăsc iubesc știe nostri ale asta ăsta acest această am-o iar""",
}
# Of those, what names, titles and loan words have too: half a word.
_HALF = _set(
    """les los las gli del della des dos das der dem den dat von van une una uno mon mes que qui est ben ein mit non
    com con per sur vita vida vie mort moi toi mor ona hari ama var biz mis sus hon mia tot sei noi tres due tre
    casa mal bien bene vez fin fine fille sens femme notre nos sous leur mari prima loro gente dulu sam sans num min
    fra dai dal kind kah tag ons help baby nacht mamma maman mamá madre padre papá amigo ami era und san mati ibu
    sama dia ada anh elle chez mio ora volta aus danke dir haus hier nein oder bis andra dom fran kan med vad hulp
    wat wil ide jak nad nam nas nic tata mae mas mim nada pai sem ver uma papa para todo vamos fac sau sora ini
    orang tak yang chet cho minh qua sao olan sana sen merci comme ils lui mais mie aan als erg kun sta uit bez noc
    oni fim fui cada esa tus vas dar lor mult rau doit gar hab sind uns viel vom wer ett hur mar som sig bana beni
    dit pas att dei che hai oss apa pada kita ca va si se ja pe mi ta tu te han op po lo zu abuela abuelo nonna
    nonno oma opa hermano hermana novio novia niño niña monde mundo nova anno luna lune doctor hospital luni lata
    amor ser mama familia tra alla vodka macht fa"""
)
# What names are made with: a quarter of a word, like single letters.
_PARTICLES = _set(
    """de la le el los las del della dell di da do du des dos das der den dem van von y e o al au em na no en san
    und"""
)
_SHORTENED = "'ll"  # stands for whatever English shortens with an apostrophe
_ENGLISH = {_SHORTENED} | _set(
    """a about after again all already also always am an and another any anyone anything are as ask at away back bad
    be because been before being best better big both boy bring brother but buy by call called came can cant car
    care come could cry crying dad day days dead death did didnt didn die died does doesnt doesn dog doing don done
    dont down each eat else end enough even ever every everyone everything eye eyes family father fear feel feeling
    feels felt few find fine first for forever found friend friends from fun gave get gets getting girl give go god
    goes going gone gonna good got great guy had half happy hard has hasn hat hate have having he head hear heard
    heart help her here hers him his home hope hour house how hurt hurts husband i idk if im in into is isnt isn it
    its ive job just keep kids kill kind knew know last late least leave left less let life lie like little live
    lived lives living lonely look looking lose losing lost lot lots love loved loves made make makes man many may
    maybe me men mere met might mine miss missed mom money month months more morning most mother much mum must my
    myself name near need needs never new next night no nobody none not nothing now of off often old on once one
    only open or other others our out over own part people person place play please put quite rather read ready
    really right run sad said same saw scared school see seem seems seen shall she shit should show shut side since
    sister sit sky sleep so some someone something sometimes son soon start stay still stop stuff such sure take
    taken talk taught teacher tell than thank thanks that thats the their them then there these they thing things
    think this those though thought three through thru till time times tired to today together told tomorrow tonight
    too took top tried trust try trying turn two under until up upon ur us use used very wait walk wanna want wanted
    wants war was wasnt wasn way we week weekend well went were what whats when where which while who whole why wife
    will wish with without woman women wont word words work worked world worse worst would wouldn wrong yeah year
    years yes yesterday yet you your youre yours abeg ain aint alas bang bin chat dan dare den dey dis fast fur gut
    hay hoe ill lad log mate moe nah nae nan oga om pan per ran sang sap sef sin sola sole solo song tad tan tide
    uber um wahala wen wetin wild ya yo aide pour plus sent font tout aux dire male cane kinder barn dig far hem
    lite mot tack doe heel ale mam pies pod tam lub ate pro soy cum din doi face pot vine merge alt dang muon nay
    bile dun gun hep due bald dam sting ass mad bug ball spa cell rat slut ride tune rent pure fort fit regret cause
    table question pain gross fade rot stark wand gift grab hell brief stern os s four five phone door says ten nine
    hours room won bed behind daughter floor boss birthday wedding window shop front number hair friday water weeks
    twice turned street hold lunch full dinner quiet looked hands somebody bit office sick past walked sunday takes
    paid smell between monday tea asking laughed team couldn finally wrote parents ex stopped uncle bag christmas
    paper feet pay cake empty cold meeting guess hundred comes bought fell remember stairs lights white ago funeral
    kept waiting lovely evening saturday everybody brown food driver holiday coffee actually saved children law nose
    blood started tbh lmao bestie write output entry crazy cute weird vibes bruh fam sis bff wtf smh ngl literally
    long cancer finger hot milk bread meat fish file files input invalid grand glad cos jam ans ton dice stare arg
    args algo cred hospital vers syn sara aren shouldn haven hadn weren novel bull lever"""
)
# Talk about a language, not in it.
_ABOUT = _set(
    """arabic chinese duolingo dutch english french german greek hindi indonesian italian japanese korean latin
    learning lyric lyrics meaning means phrase polish portuguese pronounce romanian russian song spanish swedish
    thai translate translates translated translation turkish ukrainian vietnamese"""
)
# Languages that have no notice, most of them near one that has: Danish and Norwegian, Afrikaans, Catalan, Galician,
# Czech and Slovak, South Slavic, Latvian, Finnish, Latin, Tagalog, Swahili, Hindi in Latin letters.
_OTHERS = _set(
    """jeg ikke og er mig hvad hva hvor meget mye fordi blev ble noe noget bare veldig af ek nie baie ons amb molt
    jo els estic meva meu això però gràcies jsem jsi není mám mě proč když že som sú čo ktorý je nisam nego samo
    zašto što sve nemam više ang mga hindi ng kay cum quod sunt esse atque hoc mihi tibi na ya kwa ni lakini sana
    hai hain nahi nahin mera meri mujhe bahut hoon aur raha rahi bhi ole että tai kuin mutta minä olen ei nelze nebo
    při pro jsou být bylo byl nebyl přes mezi již už fra også være når nå hun hende ikkje eg aquest aquesta és tinc
    vull puc perquè quan res ningú unha teño coa dun dunha kar tudi lai jako tužna tužan nevím co dělat jak"""
)
# Said by people who write English: a text that has nothing else of a language is not in it.
_LOANS = """
    et cetera| et tu brute| ich bin ein berliner| arbeit macht frei| danke schon| danke schoen| merci beaucoup|
    bella ciao| c est la vie| c est la guerre| c est magnifique| c est si bon| ce la vie| je ne sais quoi|
    je ne sais pas| je ne regrette rien| ne me quitte pas| je t aime moi non plus| je t aime| la vie en rose|
    la vie est belle| raison d etre| joie de vivre| tout de suite| piece de resistance| tete a tete|
    creme de la creme| esprit de corps| comme ci comme ca| ca va bien| ca va| sacre bleu| mon dieu| mon amour|
    mon ami| mon cheri| ma cherie| voulez vous coucher avec moi ce soir| voulez vous coucher avec moi|
    alors on danse| je suis charlie| que sera sera| che sera sera| mi casa es su casa| mi casa es tu casa|
    mi casa su casa| vivir mi vida| la vida loca| la vida es un carnaval| hasta la vista baby| hasta la vista|
    hasta luego| hasta manana| no me gusta| te amo| te quiero mucho| te quiero| como estas| como esta| lo siento|
    muchas gracias| por favor| feliz navidad| buenos dias| buenas noches| vaya con dios| mi amor| mi vida|
    dia de los muertos| ay dios mio| si se puede| la dolce vita| ti amo| dolce far niente| ciao bella| mamma mia|
    con te partiro| o sole mio| cosa nostra| ich liebe dich| das ist gut| wie geht s| wie geht| wie gehts|
    guten tag| gute nacht| du hast mich| mein herz brennt| eine kleine nachtmusik| ai se eu te pego
"""
_LETTERS = {
    "de": "äöüß",
    "fr": "àâçèéêëîïôœùûü",
    "es": "áéíñóú",
    "pt": "áâãàçéêíóôõú",
    "it": "àèéìòù",
    "nl": "éëï",
    "sv": "åäöé",
    "pl": "ąćęłńóśźż",
    "tr": "çğıöşü",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơư" + "".join(map(chr, range(0x1EA0, 0x1EFA))),
    "ro": "ăâîșțţ",
}
_ELIDED = {
    **{word: {"fr": 1.0} for word in ("j", "c", "qu", "lorsqu", "puisqu", "jusqu")},
    **{word: {"it": 1.0} for word in ("dell", "all", "nell", "un", "quest", "sull", "dall", "com", "quell")},
    **{word: {"fr": 0.5, "it": 0.5} for word in ("l", "d", "m", "t", "s", "n")},
}
# Endings and clusters that English seldom has: half a word.
_SHAPES = {
    "de": re.compile("sch|cht|tz|(?:ung|lich|keit|heit|chen)$"),
    "fr": re.compile("(?:eaux?|aient|ait|oire?|eille|ette|euse?|eux)$"),
    "es": re.compile("(?:ando|iendo|[aei]mos|aron|ieron|mente|idad|[ai]d[oa]s?|arme|erme|irme|illas?)$"),
    "pt": re.compile("(?:ando|endo|indo|[aei]mos|aram|eram|mente|dade|[ai]d[oa]s?|inh[oa]s?|ou|ei)$"),
    "it": re.compile("(?:ando|endo|iamo|mente|zione|[aiu]t[oaie]|[aei]re|isco|iesco|[ae]vo|ezza|ghi|che)$"),
    "nl": re.compile("ij|aa[^h]|uu|(?:lijk|heid|eren|tjes?)$"),
    "pl": re.compile("sz|cz|rz|dz|(?:ego|emu|ych|owa[cł])$"),
    "tr": re.compile("(?:[dt][ıiuü][mk]|m[ae]k(?:t[ae]n)?|[ae]c[ae][kğ]|l[ae]r[ıi]m?|s[ıiuü]z)$"),
    "id": re.compile("^(?:mem|men|ber|ter|di|ke|pe).+(?:kan|an|i|nya)$|(?:nya|ku)$"),
    "ro": re.compile("(?:ului|ilor|ele|esc|ește|[ae]sem)$"),
}
_PROGRESSIVE = re.compile("[ıiuü]yor(?:um|uz|sun|lar)?$")  # Turkish, and nothing else
_SUFFIXES = frozenset(("t", "re", "ve", "ll", "d", "m", "s"))
_VOWELS = frozenset("aeiouyhàâéèêëîïôœ")

# Code, addresses, names of accounts and tags.
_SKIPPED = re.compile(
    r"```.*?(?:```|$)|`[^`]*`|</?[a-z][^<>]{0,200}>|[@#]\w+"
    r"|(?<!\S)(?=\S*(?:://|www\.|@|[\[\]{}\\=$|^_<>]|\w\())\S+",
    re.DOTALL,
)
_WORD = re.compile(r"([^\W\d_]+)(?:['’](?=([^\W\d_])))?")  # and the letter behind its apostrophe
_MOST = 2000  # characters that are looked at


def _folded(word: str) -> str:
    """A word as it is typed without accents."""
    plain = unicodedata.normalize("NFD", word).translate({0x131: "i", 0x142: "l", 0x111: "d", 0xDF: "ss"})
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _tables() -> tuple[dict[str, dict[str, float]], dict[str, frozenset[str]]]:
    """What each word weighs in which languages, and all words of each language, accents typed or not."""
    weights: dict[str, dict[str, float]] = {f"{word}'": codes for word, codes in _ELIDED.items()}
    own: dict[str, frozenset[str]] = {}
    for code, listed in _WORDS.items():
        words = set(listed.split())
        for word in tuple(words):
            other = {_folded(word), word.translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"}) if code == "de" else word}
            words |= {plain for plain in other if len(plain) > (3 if code == "vi" else 2)}
        own[code] = frozenset(words)
        for word in words - _ENGLISH - _ABOUT:
            weight = 0.25 if word in _PARTICLES or len(word) == 1 else 0.5 if word in _HALF else 1.0
            weights.setdefault(word, {})[code] = 0.75 if weight == 1 and len(word) == 2 and word.isascii() else weight
    return weights, own


_WEIGHTS, _OWN = _tables()
_LOAN = re.compile(rf"\b(?:{'|'.join(loan.strip() for loan in _LOANS.split('|'))})\b")


def _evidence(word: str) -> dict[str, float]:
    """What a word weighs in which languages: as it is listed, else by its letters and its ending."""
    listed = _WEIGHTS.get(word)
    if listed is not None or word in _ENGLISH:
        return listed or {}
    if _PROGRESSIVE.search(word):
        return {"tr": 1.5}
    beyond = {letter for letter in word if letter > "\x7f"}
    codes = [code for code, letters in _LETTERS.items() if beyond and beyond.issubset(letters)]
    weights = dict.fromkeys(codes, 1.0 if len(codes) == 1 else 0.5)
    if len(word) > 4:
        for code, shape in _SHAPES.items():
            if (not beyond or code in weights) and shape.search(word):
                weights[code] = max(weights.get(code, 0.0), 0.5) if not beyond else 1.0
    return weights


def _tokens(text: str) -> list[str]:
    """The words in small letters, and what an apostrophe tells: "j'ai" is "j'" and "ai", "I've" is "i" and "'ll"."""
    words = []
    before = ""  # the word that an apostrophe joins to this one
    for word, rest in _WORD.findall(text.lower()):
        if before and word in _SUFFIXES:
            if word != "s":
                words.append(_SHORTENED)
        elif rest and word in _ELIDED:
            words.append(f"{word}'" if rest in _VOWELS else word)
        else:
            words.append(word)
        before = word if rest else ""
    return words


def _title(text: str) -> bool:
    """Whether a text is written like a name or a title."""
    words = [word for word, _ in _WORD.findall(text)]
    large = [word for word in words if word[0].isupper()]
    small = (word in _PARTICLES or len(word) < 3 for word in words if not word[0].isupper())
    return len(large) > 1 and not text.isupper() and all(small)


# How each writing is told: its runs of letters, and how many Latin letters one of them is worth.
_SCRIPTS = {
    "cyrillic": (re.compile("[\u0400-\u052f]{2,}"), 1.0),
    "arabic": (re.compile("[\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff]{2,}"), 1.0),
    "devanagari": (re.compile("[\u0900-\u0963]{2,}"), 1.0),
    "bengali": (re.compile("[\u0980-\u09e3\u09f0\u09f1]{2,}"), 1.0),
    "tamil": (re.compile("[\u0b80-\u0bd7]{2,}"), 1.0),
    "han": (re.compile("[\u3041-\u3096\u30a1-\u30fc\u3005\u3400-\u4dbf\u4e00-\u5f60\u5f62-\u9fff]{2,}"), 2.0),
    "korean": (re.compile("[\uac00-\ud7a3]{2,}"), 2.0),
    "hebrew": (re.compile("[\u0591-\u05c7\u05d0-\u05f2]{2,}"), 1.0),
    "greek": (re.compile("[\u0370-\u03ff\u1f00-\u1fff]{2,}"), 1.0),
    "thai": (re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]{2,}"), 1.5),
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u3005-\ud7a3]")
# What tells a language from others in the same writing: letters that only others have, words of its own.
_RUSSIAN = _set(
    """и что чтобы мне меня мой моей он она они это как но был была было умер умерла жить очень я хочу есть если уже
    только можно нужно себя этого"""
)
_UKRAINIAN = _set(
    """що щоб мені мене мій моєї він вона вони це як але був була було помер померла жити дуже я хочу є якщо вже
    тільки можна треба себе цього та чи або від до бути який яка тому"""
)
_BULGARIAN = _set(
    """съм се това аз че той тя сме искам няма беше защо е моя ми майка баща почина са като тази този вече сега мога
    имам мен повече сам"""
)
_BULGARIAN_VOWEL = re.compile("ъ(?![еёюя])")  # in Russian a sign that only stands before these
_NOT_SLAVIC_EAST = frozenset("ўјљњћђџѓќѕқңғөүұһәҷӣӯҳ")
_URDU = _set("میرا میری گیا تھا تھی رہا رہی اور کیا")
_PERSIAN = _set("را است هستم نیست این که كه می مي نمی با از برای خیلی خيلي شده بود دارم ندارم خودم هم یا باید")
_ARABIC = _set("في على أنا انا لا ما هذا هذه أن إن إلى الى عن لقد كل يا أبي أمي جدا لم لن هل مع بعد قد كان كانت")
_NOT_PERSIAN = frozenset("ةكيىأإؤ")
_HINDI = _set(
    """है हैं हूँ हूं मैं मेरा मेरी मेरे का की के को में से नहीं और था थी रहा रही मुझे क्या हो ने पर कि हम हमें उसे
    वह यह तो भी बहुत कोई कुछ अब करना लिए गया गई साथ"""
)
_NOT_HINDI = _set(
    """आहे आणि मी नाही मला माझा माझी माझे माझ्या होता होते छ छु छैन मलाई भयो मेरो लाग्छ म र को आहेत करा किंवा साठी
    नाहीत हे ही व गर्नुहोस् छन् गर्छ मा ले लाई हुन्छ भने धेरै"""
)
_CHINESE = frozenset("你们這这吗嗎说說没沒很我他她")
_YIDDISH = _set("איך איז נישט און מיר האב")


def _cyrillic(letters: set[str], words: list[str]) -> str:
    if letters & _NOT_SLAVIC_EAST or {"і", "ы"} <= letters or any(_BULGARIAN_VOWEL.search(word) for word in words):
        return "en"
    russian = sum(word in _RUSSIAN for word in words) + 3 * bool(letters & set("ыэё"))
    ukrainian = sum(word in _UKRAINIAN for word in words) + 3 * bool(letters & set("іїєґ"))
    bulgarian = sum(word in _BULGARIAN for word in words)
    if bulgarian > max(russian, ukrainian):
        return "en"
    return "uk" if ukrainian > russian else "ru"


def _arabic(letters: set[str], words: list[str]) -> str:
    if letters & set("ڕڵێۆەټډړږښڼځڅېۍڪٿٽ"):  # Kurdish, Uyghur, Pashto, Sindhi
        return "en"
    if letters & set("ٹڈڑںےہ") or _URDU.intersection(words):
        return "ur"
    persian = len(letters & set("پچژگکی")) + 2 * sum(word in _PERSIAN for word in words)
    arabic = len(letters & _NOT_PERSIAN) + sum(2 * (word in _ARABIC) or word.startswith("ال") for word in words)
    return "fa" if persian > arabic else "ar"


def _other_writing(script: str, runs: list[str]) -> str:
    """The language of the runs of letters of one script, "en" for one that there is no notice for."""
    words = [run.lower() for run in runs]
    letters = set("".join(words))
    if script == "cyrillic":
        return _cyrillic(letters, words)
    if script == "arabic":
        return _arabic(letters, words)
    if script == "han":
        kana = [letter for letter in letters if letter < "\u3100" and letter not in "の々"]
        return "ja" if kana or ("の" in letters and not letters & _CHINESE) else "zh"
    if script == "devanagari":
        others = sum(word in _NOT_HINDI for word in words) + ("ळ" in letters)
        return "hi" if sum(word in _HINDI for word in words) > others or len(words) < 2 else "en"
    if script == "bengali":
        return "en" if letters & set("ৰৱ") else "bn"
    if script == "hebrew":
        return "en" if letters & set("װױײ") or _YIDDISH.intersection(words) else "he"
    return {"tamil": "ta", "korean": "ko", "greek": "el", "thai": "th"}[script]


def _script(text: str) -> tuple[str, float, list[str]]:
    """The script other than Latin that most of the text is in, how much of it there is, and its runs of letters."""
    found = [(script, worth, pattern.findall(text)) for script, (pattern, worth) in _SCRIPTS.items()]
    return max(((script, worth * sum(map(len, runs)), runs) for script, worth, runs in found), key=lambda item: item[1])


def _latin(text: str, words: list[str]) -> str:
    """The language of what is written in Latin letters."""
    if text.isascii() and not any(word in _WEIGHTS for word in words):
        return "en"
    evidence = {word: _evidence(word) for word in words}
    scores: dict[str, float] = {}
    ranks: dict[str, float] = {}  # what only few languages have counts more, what is only guessed from a shape less
    for word, weights in evidence.items():
        for code, weight in weights.items():
            scores[code] = scores.get(code, 0) + weight
            ranks[code] = ranks.get(code, 0) + (weight + weight / len(weights)) * (1 if word in _WEIGHTS else 0.5)
    if len(words) < 2 or not scores:
        return "en"
    best = max(ranks, key=lambda code: ranks[code])
    own = _OWN[best]
    ours = own.intersection(words)
    against = sum((word in _ENGLISH or word in _OTHERS) and word not in own for word in words)
    against += 3 * len(_ABOUT.intersection(words))
    known = sum(1 if best in evidence[word] else 0.5 * (word in own) for word in words)
    weighed = {word: weights[best] for word, weights in evidence.items() if best in weights}
    sure = sum(weight for word, weight in weighed.items() if word in _WEIGHTS or weight >= 1)
    score = scores[best]
    if against:
        need = max(1.5, 2 * against) if ours else math.inf
    elif ours or max(weighed.values()) > 1:
        need = 1.25 if len(words) == 2 else 1
        score += 0.25 * len(ours & _ENGLISH)
    else:  # letters alone: a dish or a name is Vietnamese by its accents, too
        need = 2 if len(words) > 2 and best != "vi" else math.inf
    if score < need or sure < 0.75 or known < 0.3 * len(words) or _title(text):
        return "en"
    # Take the loan words away: is anything left?
    plain = " ".join(_folded(word) for word in re.findall(r"[^\W\d_]+", text.lower()))
    rest = _LOAN.sub(" ", plain)
    if rest != plain and sum(_WEIGHTS.get(word, {}).get(best, 0.0) for word in rest.split()) < 1:
        return "en"
    return best


def language(text: str) -> str:
    """The ISO 639-1 code of the language that `text` is plainly written in; "en" also where that is not sure."""
    text = text[:_MOST]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("İ", "i")
    plain = _SKIPPED.sub(" ", text)
    words = _tokens(plain)
    if not text.isascii() and _BEYOND_LATIN.search(text):
        script, amount, runs = _script(text)
        english = sum(word in _ENGLISH for word in words) + 3 * len(_ABOUT.intersection(words))
        if amount >= 4 and amount > len(_LATIN.findall(plain)) * (3 if english > 1 else 1):
            return _other_writing(script, runs)
    return _latin(plain, words)


NOTICES: dict[str, str] = {
    "de": (
        "Ich verstehe bisher leider nur Englisch, deshalb ist mir vielleicht entgangen, was du geschrieben hast. "
        "Schreib mir gern auf Englisch, wenn du kannst. "
        "Wenn du in Gefahr bist oder daran denkst, dir das Leben zu nehmen, ruf bitte jetzt den Notruf an oder sprich "
        "mit jemandem in deiner Nähe."
    ),
    "fr": (
        "Pour l'instant, je ne comprends que l'anglais, et ce que vous avez écrit m'a peut-être échappé. "
        "Si vous le pouvez, écrivez-moi en anglais. "
        "Si vous êtes en danger ou si vous pensez à mettre fin à vos jours, appelez tout de suite le numéro d'urgence "
        "local ou parlez à quelqu'un près de vous."
    ),
    "es": (
        "Por ahora solo entiendo inglés y es posible que no haya comprendido lo que escribiste. "
        "Si puedes, escríbeme en inglés. "
        "Si estás en peligro o piensas en quitarte la vida, llama ahora mismo al número de emergencias de tu zona o "
        "habla con alguien que esté cerca de ti."
    ),
    "pt": (
        "Por enquanto só entendo inglês e talvez não tenha compreendido o que escreveu. "
        "Se puder, escreva em inglês. "
        "Se estiver em perigo ou pensar em acabar com a própria vida, ligue agora para o número de emergência local ou "
        "fale com alguém que esteja por perto."
    ),
    "it": (
        "Per ora capisco solo l'inglese e forse mi è sfuggito quello che hai scritto. "
        "Se puoi, scrivimi in inglese. "
        "Se sei in pericolo o pensi di toglierti la vita, chiama subito il numero di emergenza locale o parla con "
        "qualcuno vicino a te."
    ),
    "nl": (
        "Ik begrijp voorlopig alleen Engels en heb misschien gemist wat je schreef. "
        "Schrijf me gerust in het Engels als dat lukt. "
        "Ben je in gevaar of denk je eraan een einde aan je leven te maken, bel dan nu het lokale alarmnummer of praat "
        "met iemand in je buurt."
    ),
    "sv": (
        "Jag förstår än så länge bara engelska och kan ha missat det du skrev. "
        "Skriv gärna på engelska om du kan. "
        "Om du är i fara eller tänker på att ta ditt liv, ring det lokala nödnumret nu eller prata med någon i din "
        "närhet."
    ),
    "pl": (
        "Na razie rozumiem tylko po angielsku i mogło mi umknąć to, co piszesz. "
        "Jeśli możesz, napisz do mnie po angielsku. "
        "Jeśli grozi Ci niebezpieczeństwo albo myślisz o odebraniu sobie życia, zadzwoń teraz pod lokalny numer "
        "alarmowy lub porozmawiaj z kimś, kto jest blisko."
    ),
    "tr": (
        "Şimdilik yalnızca İngilizce anlayabiliyorum, bu yüzden yazdıklarınızı kaçırmış olabilirim. "
        "Yapabiliyorsanız bana İngilizce yazın. "
        "Tehlikedeyseniz ya da yaşamınıza son vermeyi düşünüyorsanız, lütfen hemen bulunduğunuz yerdeki acil durum "
        "numarasını arayın veya yakınınızdaki biriyle konuşun."
    ),
    "id": (
        "Saat ini saya baru bisa memahami bahasa Inggris, jadi mungkin ada yang terlewat dari tulisan Anda. "
        "Kalau bisa, silakan menulis dalam bahasa Inggris. "
        "Jika Anda dalam bahaya atau berpikir untuk mengakhiri hidup, segera hubungi nomor darurat setempat atau "
        "bicaralah dengan seseorang di dekat Anda sekarang juga."
    ),
    "vi": (
        "Hiện tại mình chỉ hiểu tiếng Anh nên có thể đã bỏ lỡ điều bạn viết. "
        "Nếu được, bạn hãy viết bằng tiếng Anh nhé. "
        "Nếu bạn đang gặp nguy hiểm hoặc nghĩ đến việc kết thúc cuộc sống, hãy gọi ngay số khẩn cấp tại nơi bạn ở hoặc "
        "nói chuyện với người ở gần bạn."
    ),
    "ro": (
        "Deocamdată înțeleg doar engleza și e posibil să-mi fi scăpat ce ai scris. "
        "Dacă poți, scrie-mi în engleză. "
        "Dacă ești în pericol sau te gândești să-ți iei viața, sună acum la numărul local de urgență sau vorbește cu "
        "cineva din apropiere."
    ),
    "ru": (
        "Пока я понимаю только английский и, возможно, не понимаю того, что вы написали. "
        "Если можете, напишите по-английски. "
        "Если вы в опасности или думаете о том, чтобы покончить с собой, позвоните прямо сейчас по местному номеру "
        "экстренной помощи или поговорите с кем-нибудь, кто рядом."
    ),
    "uk": (
        "Поки що я розумію лише англійську і, можливо, не розумію того, що ви написали. "
        "Якщо можете, напишіть англійською. "
        "Якщо ви в небезпеці або думаєте про те, щоб вкоротити собі віку, зателефонуйте зараз за місцевим номером "
        "екстреної допомоги або поговоріть із кимось поруч."
    ),
    "ar": (
        "لا أفهم حتى الآن سوى الإنجليزية، وربما فاتني ما ورد في رسالتك. "
        "إن أمكن، تسرّني قراءة رسالتك بالإنجليزية. "
        "إذا كنت في خطر أو راودتك أفكار بإنهاء حياتك، يُرجى الاتصال الآن برقم الطوارئ المحلي أو التحدث إلى شخص قريب منك."
    ),
    "ur": (
        "مجھے فی الحال صرف انگریزی آتی ہے، اس لیے ہو سکتا ہے کہ آپ کی بات پوری طرح سمجھ میں نہ آئی ہو۔ "
        "ممکن ہو تو انگریزی میں لکھیے۔ "
        "اگر آپ خطرے میں ہیں یا اپنی جان لینے کا خیال آ رہا ہے تو ابھی مقامی ایمرجنسی نمبر پر کال کیجیے یا پاس موجود "
        "کسی شخص سے بات کیجیے۔"
    ),
    "fa": (
        "من فعلاً فقط انگلیسی می‌فهمم و شاید آنچه را نوشته‌اید درست متوجه نشده باشم. "
        "اگر می‌توانید، به انگلیسی بنویسید. "
        "اگر در خطر هستید یا به پایان دادن به زندگی‌تان فکر می‌کنید، همین حالا با شمارهٔ اورژانس محل خود تماس بگیرید "
        "یا با کسی در نزدیکی‌تان صحبت کنید."
    ),
    "hi": (
        "फ़िलहाल मुझे केवल अंग्रेज़ी समझ आती है, इसलिए हो सकता है कि आपकी बात मुझसे छूट गई हो। "
        "हो सके तो अंग्रेज़ी में लिखिए। "
        "अगर आप ख़तरे में हैं या अपनी जान लेने का ख़याल आ रहा है, तो कृपया अभी स्थानीय आपातकालीन नंबर पर कॉल कीजिए या अपने "
        "आस-पास किसी से बात कीजिए।"
    ),
    "bn": (
        "আমি এখনও শুধু ইংরেজি বুঝি, তাই আপনার কথা হয়তো ঠিকমতো বুঝতে পারিনি। "
        "সম্ভব হলে ইংরেজিতে লিখুন। "
        "আপনি বিপদে থাকলে বা জীবন শেষ করে দেওয়ার কথা ভাবলে, এখনই স্থানীয় জরুরি নম্বরে ফোন করুন অথবা কাছের কারও সঙ্গে কথা বলুন।"
    ),
    "ta": (
        "இப்போதைக்கு எனக்கு ஆங்கிலம் மட்டுமே புரியும்; நீங்கள் எழுதியதை நான் தவறவிட்டிருக்கலாம். "
        "முடிந்தால் ஆங்கிலத்தில் எழுதுங்கள். "
        "நீங்கள் ஆபத்தில் இருந்தாலோ உங்கள் உயிரை மாய்த்துக்கொள்ள நினைத்தாலோ, உடனே உள்ளூர் அவசர எண்ணை அழையுங்கள் "
        "அல்லது அருகில் இருக்கும் ஒருவரிடம் பேசுங்கள்."
    ),
    "zh": (
        "我目前只能看懂英语，可能没有理解你写的内容。如果可以，请用英语写给我。"
        "如果你有危险，或者有结束生命的想法，请现在就拨打当地的紧急求助电话，或找身边的人谈谈。"
    ),
    "ja": (
        "今のところ英語しか理解できないため、書いてくださったことを受け取れていないかもしれません。"
        "できれば英語で書いてください。"
        "もし危険な状況にあったり、死にたいと考えていたりするなら、今すぐ地域の緊急通報番号に電話するか、"
        "近くにいる人に話してください。"
    ),
    "ko": (
        "아직은 영어만 이해할 수 있어서 적어 주신 내용을 놓쳤을지도 모릅니다. "
        "가능하시면 영어로 적어 주세요. "
        "위험한 상황에 있거나 삶을 끝내고 싶다는 생각이 든다면, 지금 바로 지역 긴급 전화번호로 전화하거나 "
        "가까이 있는 사람에게 이야기해 주세요."
    ),
    "he": (
        "אנגלית היא השפה היחידה שמובנת לי כרגע, וייתכן שפספסתי את מה שכתבת. "
        "אם אפשר, כדאי לכתוב לי באנגלית. "
        "במקרה של סכנה או של מחשבות על סיום החיים, חשוב להתקשר עכשיו למספר החירום המקומי או לדבר עם "
        "מישהו או מישהי בסביבה."
    ),
    "el": (
        "Προς το παρόν καταλαβαίνω μόνο αγγλικά και ίσως μου διέφυγε αυτό που γράψατε. "
        "Αν μπορείτε, γράψτε μου στα αγγλικά. "
        "Αν βρίσκεστε σε κίνδυνο ή σκέφτεστε να δώσετε τέλος στη ζωή σας, καλέστε τώρα τον τοπικό αριθμό έκτακτης "
        "ανάγκης ή μιλήστε σε κάποιο άτομο κοντά σας."
    ),
    "th": (
        "ตอนนี้เราเข้าใจเฉพาะภาษาอังกฤษ จึงอาจไม่เข้าใจสิ่งที่คุณเขียนมา "
        "ถ้าเป็นไปได้ ลองเขียนเป็นภาษาอังกฤษนะ "
        "หากคุณอยู่ในอันตรายหรือกำลังคิดจะจบชีวิต โปรดโทรหาหมายเลขฉุกเฉินในพื้นที่ของคุณหรือคุยกับคนใกล้ตัวเดี๋ยวนี้"
    ),
}
