"""Wordings of self-harm, overdose, violence and abuse suffered, danger to and of others."""

from agent.guard.patterns import rules

SELF_HARM = [
    *rules(
        "crisis",
        "self-harm",
        r"(?:cut|cuts|cutting|carving|scratching|bruising|punching|hitting|starving|harming|hurt|hurting|harm|burn"
        r"|burning|injure"
        r"|injuring|biting|burned|punish(?:ing)? and hurt) <self>(?! (?:to|off from|by|from))",
        r"(?:ive been|i have been|been|started|keep|back to|relapsed|cannot stop|im|i was) (?:\w+ )?cutting(?:"
        r" again| a lot| my"
        r" (?:arms?|legs?|thighs?|wrists?)| lately| every| deeper|<end>)",
        r"(?:ive been|i have been|keep|started|i|im) (?:burn|burning|cut|cutting|carving|carve|carved|scratching"
        r"|hitting) my"
        r" (?:own )?(?:arms?|legs?|thighs?|wrists?|skin|stomach|body)(?! with (?:coffee|oil|water))",
        r"(?:carved|carving|cut) (?:\w+ ){0,2}(?:into|in|on) my (?:arms?|legs?|skin|thighs?|wrists?)",
        r"urges? to (?:cut|self ?harm|harm|hurt|burn)",
        r"(?:i|im|ive|and|been|started|keep|again|relapsed|want to|wanna|to)(?: am| have been| been)?(?: \w+)?"
        r" self ?harm(?:ed|ing|s)?"
        r"(?! (?:for|awareness|is|project|research|essay|survivors?))",
        r"bang(?:ing)? my head (?:against|on|into)",
        r"i cut too deep",
        r"(?:razor|blade|knife)(?: \w+){0,2} (?:in my hand|to my (?:wrist|skin|arm)|against my)",
    ),
    *rules(
        "concern",
        "self-harm",
        r"(?:havent|not|without|clean from|free of|stopped)(?: \w+)? (?:cut|cutting|self ?harm(?:ed|ing)?|hurting"
        r"|hurt) ?(?:<self>)?(?: \w+)?"
        r" (?:in|for|since) (?:\w+ )?(?:days?|weeks?|months?|years?)",
        r"clean from (?:cutting|self ?harm)|scars (?:from|of|on)(?: \w+){0,4} (?:cutting|self ?harm(?:ed|ing)?|cut)",
        r"(?:want to|wanna|deserve to|need to|have to) (?:punish <self>|suffer|be punished)",
        r"(?:afraid|scared) of what i (?:might|may|could|will) do to <self>",
    ),
    *rules(
        "crisis",
        "overdose",
        r"i(?: \w+){0,2} (?:took|swallowed|taken|ate|downed|take|swallow|popped)(?: \w+){0,2}? (?:all|a whole|the"
        r" whole|whole|too many|way too"
        r" (?:many|much)|too much|<number>|a bunch|a handful|every|a bottle)(?: \w+){0,3}? <pills>",
        r"(?:(?:ive|i have) (?:taken|swallowed)|took) (?:all|a whole|too many|a handful|a bottle|every one)(?:"
        r" \w+){0,3}? <pills>",
        r"(?:took|swallowed|taken)(?: \w+){0,2} (?:bottle|pack|packet|box) of (?:my |the )?<pills>",
        r"take them all(?: tonight| now|<end>)",
        r"(?:i|ive|i have|i just|i think i|i may have)(?: \w+)? (?:overdosed|oded|(?:took|taken) an overdose)",
        r"(?:ive|i have|i)(?: just)? (?:swallowed|taken|took) (?:\d{2,3}|like \d{2,3}|about \d{2,3}) (?:\w+"
        r" ){0,2}?<pills>",
        r"^overdosed|im(?: \w+)? overdosing|(?:<will>|<wish>|how to|want 2) (?:overdose|od)",
        r"i (?:drank|swallowed|took|have drunk) (?:\w+ )?(?:bleach|antifreeze|poison|rat poison|drain cleaner"
        r"|pesticide)",
        r"(?:cannot breathe|chest hurts|heart is)(?: \w+){0,6} (?:, )?(?:i )?took (?:something|too)",
    ),
]

VIOLENCE = [
    *rules(
        "crisis",
        "violence-victim",
        r"(?:<partner>|<family>|he|she|they)(?: has| have| just| always| also| often| still| keeps?| once| even|"
        r" then| and|s)?"
        r"(?: \w+ly)? <hits> (?:me|<self> and me|us)(?! (?:at|in (?:mario|chess|the (?:race|game|final))|to|on|by"
        r"|up on|with (?:a|the)"
        r" (?:surprise|question|news|idea))\b)",
        r"(?:<partner>|<family>|he|she|they|<known>)(?: \w+){0,2} hit me(?! (?:up|with (?:a|the|his|her)"
        r" (?:surprise|question|news|bill|idea|toy)"
        r"|on|that)\b)",
        r"(?:<partner>|<family>|he|she|they|hes|shes|theyre|<known>|<stranger>)(?: \w+){0,2} (?:keeps? )?<hitting>"
        r" me",
        r"(?:<partner>|<family>|he|she|they) (?:\w+ )?(?:slaps|punches|kicks|hits|beats|pushes|throws)(?:"
        r" \w+){0,4} and"
        r" <hits> me",
        r"(?:slapped|punched|kicked|choked|strangled|beaten|pushed|shoved|stabbed|attacked) (?:me )?and (?:slapped"
        r"|punched|kicked|choked"
        r"|strangled|pushed|shoved|attacked|threatened) me",
        r"<hits> me (?:when (?:he|she)|every (?:day|night|time)|down the stairs|in the (?:face|stomach|head)|with"
        r" (?:a |his |her )"
        r"(?:belt|stick|fist|fists|bat|bottle|cable|knife))",
        r"(?:tried|trying|tries) to (?:strangle|choke|kill|stab|drown|suffocate|shoot|run over) me",
        r"(?:hands?|fingers) (?:around|on|round) my (?:throat|neck)",
        r"(?:im|i am|i was|ive been|i get|i got|i keep)(?: being| getting)? (?:beaten|stabbed|shot|strangled"
        r"|choked|assaulted|beaten up|attacked"
        r"|battered|jumped|mugged)(?: by| at| and| last| today| again| every| because|<end>)",
        r"(?:ive been|i was|i got|i am being|im being) (?:stabbed|shot|raped|kidnapped|held hostage|trafficked)"
        r"(?! in (?:the )?(?:game|first|second|round|fortnite|film))",
        r"(?:threatened|threatens|threatening|swore|says|said|keeps saying|told me|promised)(?: \w+){0,4} (?:to "
        r"|will |hell |shell |theyll"
        r" |going to |gonna )(?:kill|stab|shoot|hurt|murder|burn|strangle|beat) (?:me|us|my|the kids)(?! if im late)",
        r"domestic violence (?:victim|survivor) (?:now|right)",
        r"(?:husband|wife|boyfriend|girlfriend|partner|ex|he|she)(?: \w+){0,2} (?:attacked me|came at me|came"
        r" after me)",
    ),
    *rules(
        "crisis",
        "abuse",
        r"raped me|(?:i was|i got|i have been|ive been|i was being|been) (?:gang ?)?raped",
        r"(?:sexually )?(?:assaulted|molested|groped|abused|abuses|abusing|molests|molesting|rapes|assaults) me",
        r"(?:i was|i got|ive been|i am|im|i am being|im being|i have been) (?:sexually |physically "
        r"|emotionally )?"
        r"(?:abused|molested|sexually assaulted|groped)(?! by the coach)",
        r"forced (?:himself|herself|themselves) on me|forc(?:es|ed|ing) me to (?:have sex|do things|sleep with"
        r"|touch|marry)",
        r"(?:makes?|made|making) me (?:have sex|touch (?:him|her|them)|do (?:sexual )?things|do stuff)",
        r"(?:<family>|<known>|<partner>|he|she|someone|man|step ?dad|step ?father)(?: \w+){0,2} (?:touch(?:es|ing"
        r"|ed)) (?:me|my (?:private"
        r" parts|body|breasts))(?! on the shoulder)",
        r"touch(?:es|ed|ing) me (?:where|inappropriately|there|down there|sexually|at night)",
        r"comes into my (?:room|bed) at night",
        r"in an abusive (?:relationship|marriage|home|house|family)|my (?:\w+ )?(?:is|are) (?:physically |sexually"
        r" |very )?(?:abusive|abusing"
        r" me|violent(?: with me)?)<end>",
        r"my (?:parents|dad|mum|father|mother|husband|wife|boyfriend|girlfriend|partner|family) (?:abuse|abuses) me",
        r"(?:wont|doesnt|dont|refuses to|never) let me (?:leave|out|eat|have food|go out|see a doctor)(?: \w+)?",
        r"(?:locks|locked) me (?:in|up|inside|out)|im locked in (?:the|a|my) (?:basement|cellar|room|house"
        r"|bedroom)(?: \w+){0,4} (?:keys|he|she)",
        r"im (?:being )?held (?:captive|hostage|against my will)|took my (?:phone|keys|passport)(?: ,| so| and) i"
        r" cannot leave",
        r"(?:brother|dad|mum|father|mother|uncle|he|she|partner|husband|boyfriend)(?: \w+)? keeps hurting me"
        r"|(?:hurts|hurting) me"
        r" (?:every|when|at home|again)",
    ),
    *rules(
        "crisis",
        "immediate-danger",
        r"(?:break|breaking|broke|broken) in(?:to)? my (?:house|home|flat|apartment|room)(?: right| now| and|<end>)",
        r"(?:trying to|about to) break in(?: ,|<end>| right| now)|(?:intruder|burglar|stranger) (?:is )?in (?:my"
        r"|the|our) (?:house|home|flat)",
        r"(?:<stranger>|he|she|hes|shes|my ex)(?: is| keeps)? (?:following|chasing|stalking) me(?! on (?:instagram"
        r"|twitter|tiktok))",
        r"(?:point(?:ing|ed|s)|held|holding|has|got|put) (?:a |the |his |her )?(?:gun|knife|weapon) (?:at|to)"
        r" (?:me|my|us)",
        r"(?:my ex|he|she|hes|shes|someone|husband|boyfriend)(?: \w+){0,6} (?:has|with|got) a (?:gun|knife|weapon"
        r"|bat)(?! licen|show)"
        r"(?= [.,]|$| and)",
        r"(?:outside|at) my (?:house|door|flat|window)(?: \w+){0,2} (?:with a (?:gun|knife)|and (?:i am|im) scared"
        r"|going to)",
        r"(?:im|i am) hiding(?! (?:from the sun|presents|my))(?: \w+){0,4}(?: ,)? (?:hes|he|she|they|someone|shes"
        r"|from (?:him|her|my))",
        r"(?:hes|he is|shes|she is|theyre|they are) (?:going to|gonna|about to) (?:hurt|kill|attack|shoot|stab)"
        r" me(?= [.,]|$| tonight| i| now)"
        r"(?! . lol)",
        r"(?:im |i am |still )?bleeding(?: \w+){0,5} (?:cannot stop|cut|wont stop|a lot)|i cannot stop the bleeding",
        r"(?:banging|pounding) on (?:the|my) door(?: \w+){0,4} (?:hurt|kill|scared|hell|gun)",
        r"(?:im|i am)(?: really| just)? not safe(?: right now| tonight|<end>)",
        r"(?:my life is in|im in|i am in) (?:immediate |real |serious |grave )?danger",
        r"(?:call|need) (?:the )?(?:police|911|999|112|ambulance) (?:now|right now|please)|please (?:call|send)"
        r" (?:the )?(?:police|an ambulance)",
        r"(?:hitting|beating|attacking|strangling|hurting|stabbing) (?:my (?:mum|dad|sister|brother|mother|father"
        r"|baby|son|daughter)|her|him|us)"
        r" right now",
        r"(?:brother|sister|mum|dad|mother|father|husband|wife|friend|son|daughter|partner|flatmate|he|she)(?:"
        r" \w+)? (?:has|put|got|holding) a"
        r" (?:gun|knife) to (?:his|her|their)",
    ),
    *rules(
        "concern",
        "abuse",
        r"(?:im|i am|ive been|i feel|i get)(?: \w+){0,2} (?:scared|afraid|terrified|frightened) of (?:<partner>"
        r"|<family>|him|her|<known>)"
        r"(?! (?:dying|leaving|finding|driving|getting|losing|surgery|test|operation))",
        r"(?:he|she|<partner>|<family>)(?: \w+)? (?:scares|frightens|terrifies) me",
        r"(?:scared|afraid|terrified|frightened) (?:to go|of going|to come|to be) home",
        r"(?:dont|do not|never|not|cannot)(?: \w+)? feel safe (?:at home|with|in my|here|around|anywhere|in the"
        r" house)",
        r"home (?:isnt|is not|doesnt feel) safe",
        r"(?:wont|doesnt|dont|not allowed to|never|not) (?:let me )?see my (?:friends|family|kids|mum)(?! today)",
        r"(?:reads|checks|tracks|goes through) (?:all )?my (?:phone|messages|texts|location)|tells me what to wear",
        r"controls (?:all )?(?:my|the) (?:money|phone|every)|controls (?:me|everything i)|not allowed out"
        r"|controlling (?:me|my (?:money|life))",
        r"(?:calls|called|calling) me (?:a )?(?:worthless|useless|stupid|ugly|trash|names|whore|slut)(?: every|"
        r" all| in|<end>)",
        r"(?:screams|yells|shouts) at me (?:every|all|for|daily|constantly)",
        r"walk(?:ing)? on eggshells|trapped (?:with|by) (?:him|her|them|my)",
        r"threaten(?:ed|s|ing)? (?:me|to (?:take|leak|hurt|hit|leave me with|post))",
        r"bruises(?: \w+){0,8} (?:excuses|him|hide|cover)|(?:grabbed|grabs) my (?:arm|neck|hair|wrist)",
        r"(?:<partner>|<family>|he|she|they) used to (?:beat|hit|abuse|touch|hurt|choke|kick|punch|strangle) me",
        r"grew up (?:in an abusive|with abuse|being (?:beaten|hit))",
        r"(?:he|she|hes|shes)(?: is)? (?:going to|gonna) (?:kill|hurt) me",
    ),
]

THREAT = [
    *rules(
        "crisis",
        "threat-to-others",
        r"(?:im|i am|ill|i will|i swear|i swear ill|i plan|im planning|i have decided|im about)(?: \w+){0,3}"
        r" ?(?:going to|gonna|will|ill|to|about"
        r" to|i will)?<adv> (?:kill|murder|stab|shoot|strangle|poison|behead|shoot up|bomb|burn down|set fire to"
        r"|hurt|blow up) (?:him|her|them"
        r"|everyone|everybody|people|someone|somebody|all of them|these people|those people|my (?!self|phone"
        r"|laptop|plants?|back|chances|time|car"
        r"|friends with|first|scene|film|own|arm|knee|leg|foot|hand|head)\w+|the (?:school|mosque|church|office"
        r"|synagogue|mall|building)|kids|a"
        r" (?:teacher|cop|person))",
        r"i<adv> (?:want to|wanna|need to|have to|plan to|would love to|feel like) ?(?:kill(?:ing)?|murder(?:ing)?"
        r"|stab(?:bing)?|shoot(?:ing)?"
        r"|strangle|strangling|poison(?:ing)?|shoot up|bomb) (?:him|her|them|everyone|everybody|people|someone"
        r"|somebody|my (?!self|phone|laptop|plants?"
        r"|back|chances|time|first|film|own)\w+|the (?:school|mosque|church|office))",
        r"feel(?:ing)? like (?:killing|stabbing|shooting|strangling) (?:him|her|them|my \w+|someone|people|everyone)",
        r"shoot up (?:my|the|a|this) (?:school|work|office|mall|church|place)",
        r"i could kill (?:him|her|them|my \w+) in (?:his|her|their) sleep",
        r"(?:i have|ive got|i got|i bought|with) a (?:gun|knife|bomb|rifle)(?: \w+)? (?:and|,)(?: \w+){0,3} (?:pay"
        r"|die|dead|sorry|regret)",
        r"(?:about to|going to|gonna|afraid i will|afraid ill|scared ill|scared i will|scared im going to|thoughts"
        r" of|urge to)(?: really)?"
        r" (?:hurt|hurting|shake|kill|killing|drown|harm|harming) (?:my )?(?:own )?(?:baby|child|children|kids?"
        r"|son|daughter|newborn|wife|husband)",
        r"(?:plan|planning|going|decided|want) to (?:hurt|attack|kill) people",
        r"they will all (?:pay|die)",
    ),
    *rules(
        "concern",
        "threat-to-others",
        r"i<adv> (?:want to|wanna|could|feel like|might|need to|have thoughts of|urges? to|thoughts of) ?(?:hurt"
        r"|hurting|hit|hitting|beat|beating|harm"
        r"|harming|attack|punch|punching) (?:him|her|them|someone|somebody|people|everyone|my \w+)(?! (?:feelings"
        r"|bag))",
        r"(?:thoughts|urges|images) (?:of|about|to) (?:hurt|hurting|harming|stabbing|killing|harm) (?:people"
        r"|someone|others|my \w+|him|her|them)",
        r"(?:scared|afraid) of (?:what i (?:might|may|could) do|losing control|hurting (?:him|her|them|someone|my))",
        r"make (?:them|him|her|everyone)(?: \w+)? (?:suffer|pay)|i (?:wish|want) (?:he|she|him|her|they|them)"
        r" (?:was |were |to be )?dead",
    ),
]

OTHERS = [
    *rules(
        "crisis",
        "other-in-danger",
        r"<someone>(?: \w+){0,3} (?:took|swallowed|taken|drank)(?: \w+){0,3} (?:pills|bottle|overdose|bleach"
        r"|tablets)(?: \w+){0,3}(?: ,| and| now| what"
        r"| help)(?: \w+){0,3} (?:not breathing|what do i do|isnt breathing|help|wont wake|unconscious|not waking)",
        r"(?:isnt|not|stopped) breathing|(?:is|hes|shes) unconscious|wont wake up(?: ,| and|<end>)",
        r"<someone>(?: \w+){0,3} (?:going to|about to|gonna|wants to|trying to) (?:jump|kill (?:him|her|them)"
        r" ?sel(?:f|ves)|end it|die|shoot"
        r" (?:him|her)self)(?: \w+)? (?:right now|now|tonight)",
        r"<someone> (?:just )?(?:took|swallowed) (?:a whole|all)(?: \w+){0,4} (?:pills|tablets|bottle)",
    ),
    *rules(
        "concern",
        "other-in-danger",
        r"<someone>(?: \w+){0,7} (?:wants?|wanting|going|threatened|threatens|threatening|plans|planning|trying"
        r"|tried|will|ll|might|shell|hell)(?: to)?"
        r" (?:kill (?:him|her|them) ?sel(?:f|ves)|end (?:his|her|their|it) ?(?:own )?(?:life|lives|all)?|die|hurt"
        r" (?:him|her|them) ?sel(?:f|ves)|take (?:his"
        r"|her|their) (?:own )?li(?:fe|ves)|jump|commit suicide)(?! (?:of|from|laughing|for))",
        r"<someone>(?: \w+){0,5} (?:suicidal|self ?harm(?:s|ing)?|cutting (?:him|her|them) ?sel(?:f|ves)|hurting"
        r" (?:him|her|them) ?sel(?:f|ves))",
        r"(?:help|support|talk to|say to)(?: \w+){0,4} (?:who|thats|that)(?: \w+){0,2} (?:suicidal|self ?harm(?:s"
        r"|ing)?|wants to (?:die|kill|end)"
        r"|cutting|hurting|abused|overdosed)",
        r"(?:friend|someone|somebody|person) who(?: \w+){0,2} (?:suicidal|self ?harm(?:s|ing)|wants to (?:die|kill"
        r"|end|hurt))",
        r"<someone>(?: \w+){0,3} (?:talks?|talking|joking|wrote|writes|posts?|posting) about (?:suicide|dying"
        r"|killing|ending|wanting to die)",
        r"<someone>(?: \w+)? (?:says?|said|thinks|told me|keeps saying)(?: \w+){0,3} (?:want to die|wants to die"
        r"|life isnt worth|better off without|"
        r"cannot go on|no reason to live)",
        r"(?:my|a|our) (?:\w+ )?(?:roommate|friend|mum|dad|brother|sister|son|daughter|flatmate|partner|husband"
        r"|wife|boyfriend|girlfriend)(?: \w+)?"
        r" (?:overdosed|took an overdose|tried to kill (?:him|her)self|attempted suicide)",
        r"(?:neighbou?r|man|woman|people|couple|husband|boyfriend|dad|father|mother|mum|wife|stepdad|partner"
        r"|teacher)(?: next door| upstairs| \w+)? (?:hits|beats"
        r"|abuses|hurts|is (?:hitting|beating|abusing|hurting)) (?:his|her|their|my|the|him|a|them)(?: \w+){0,2}"
        r"(?! (?:goal|record|ball|drum|drums|eggs|gym|road|team|opponent|target|stride))",
        r"(?:my|a|our)(?: \w+){0,3} (?:is|was|being|gets|got|are|been)(?: being| getting)? (?:abused|raped|beaten"
        r"|molested|assaulted)(?! at (?:chess|cards))",
        r"(?:sister|friend|brother|daughter|mother|mum|cousin|colleague|neighbou?r)s?(?: \w+)? (?:is )?in an"
        r" abusive (?:relationship|marriage|home)",
        r"(?:depressed|drunk|angry|threatening)(?: \w+){0,3} (?:has|with|owns) a gun",
        r"<someone>(?: \w+){0,5} (?:wants|said|planning|going) to (?:shoot|stab|kill|bomb) (?:up )?(?:people"
        r"|everyone|someone|his|her)",
    ),
]
