"""Wordings of suicide, from a plan down to a hint. Reasons are those of `wording.py`."""

from agent.guard.patterns import rules

SUICIDE = [
    *rules(
        "crisis",
        "suicide-ideation",
        r"kill(?:ing)? ?<self>",
        r"kill me ?self",
        r"kms",
        r"i<adv> <wish><adv> (?:die|be dead|stop living|be unalived)",
        r"i<adv>(?: am)? ready to die",
        r"im<adv> ready to die",
        r"(?:^|[.,] |and |but |all i want is to |so )(?:just |so )?(?:want to|wanna|gonna) die(?! of| from| for)",
        r"all i (?:want|think about) is (?:to die|dying|suicide|death)",
        r"(?:please |just )?let me die",
        r"(?:cannot|wont|not going to)<adv> promise(?: you)?(?: that)? (?:(?:i|im|ill) (?:\w+ )?(?:wont|not|will"
        r" not)(?:"
        r" going to)? (?:hurt|kill|harm|end|try anything|do (?:it|anything|something))|(?:i|ill|to|i will) (?:be"
        r"|stay|keep"
        r" <self>|keep) safe)",
        r"i<adv> deserve to die",
        r"i (?:wish|wished) i (?:were|was) (?:dead|never alive)",
        r"id<adv> (?:rather|sooner|prefer to) be dead",
        r"(?:i would|id) be better off dead|better off dead|im better off dead",
        r"i<adv> (?:dont|do not|no longer|never)<adv> (?:want to|wanna) (?:live|be alive)(?! th(?:is|at)| in| at|"
        r" with| here)",
        r"dont<adv> (?:want to|wanna) (?:live|be alive)(?= anymore| any more| any longer| [.,]|$)",
        r"i(?: am|m)?(?: \w+){0,3} suicidal",
        r"im(?: \w+){0,3} suicidal",
        r"feel(?:ing)?(?: \w+){0,2} suicidal",
        r"(?:i have|ive|having|had|i get|i keep having|my)(?: \w+){0,3} suicidal (?:thoughts|ideation|urges"
        r"|feelings)",
        r"<i>(?: \w+){0,3} (?:think(?:ing)?|thought|considering|consider|contemplat(?:e|ing)) (?:about |of"
        r" )?(?:\w+ )?suicide",
        r"(?:keep|cannot stop|cant help) thinking (?:about |of )(?:suicide|dying|killing)",
        r"(?:think(?:ing)?|considering|contemplating) (?:about |of )?(?:committing )?suicide",
        r"suicide (?:is|feels|seems|looks)(?: like)?(?: \w+){0,3} (?:option|way|answer|solution|mind|i think"
        r"|choice|i can)",
        r"(?:i|wanna|to|will|might|gonna) commit(?:ting)? (?:suicide|die|toaster bath)",
        r"(?:<will>|my own) (?:suicide)<end>",
        r"unaliv(?:e|ing) <self>|(?:want to|wanna|gonna|going to) (?:unalive|be unalived)<end>",
        r"(?:<will>|<wish>|keep|about)(?: just)? off(?:ing)? <self>",
        r"toaster bath|end <self>|delete <self>",
        r"i<adv> (?:will|want to|wanna|need to|going to|gonna) 2? ?be dead",
        r"someone<adv> (?:please )?kill me|please<adv> kill me",
        r"(?:only|best|easiest) way out is (?:death|dying|suicide)|death is(?: \w+){0,2} (?:only )?way out",
        r"die too<end>",
        r"(?:gunemoji|knifeemoji) (?:me|<self>|my head|my wrists?)|(?:me|<self>|my head|my wrists?|i wanna|i want to)"
        r" (?:gunemoji|knifeemoji)",
    ),
    *rules(
        "crisis",
        "suicide-plan",
        r"<i>(?: \w+){0,6} <will><adv> kill <self>",
        r"(?:end|ending|ended) my (?:own )?(?:life|suffering|existence)(?! story)",
        r"(?:take|taking|took) my own life(?! story| lessons)",
        r"(?:going to|gonna|want to|plan to|decided to|ill|will|about to) take my life(?! in| to| back| into| and|"
        r" story)",
        r"(?:<will>|to)<adv> end it all|ending it all",
        r"(?:im|i am|i will|ill|gonna|i want to|i wanna|i need to|i)(?: going to| gonna| ready to| about to)?<adv>"
        r" (?:end it|ending it|end things|ending things|end everything)(?: now| tonight| today| soon| tomorrow|"
        r" for good"
        r"| forever)?<end>",
        r"(?:ending|end) (?:it|things|everything) (?:tonight|for good|forever)",
        r"(?:hang|hanging|shoot|shooting|drown|drowning|strangle|poison|poisoning|electrocute|gas|suffocate) <self>",
        r"(?:<will>|<wish>|about to|here to)<adv> (?:jump|jumping)(?: (?:off|out|from|in front|under|into)"
        r" (?:of )?(?:a |the |my |this |that )?(?:bridge|roof|building|cliff|window|balcony|train|bus|truck"
        r"|traffic|car|ledge"
        r"|platform|overpass|metro|tube|tower|floor))",
        r"i<adv> (?:want to|wanna|will|going to|gonna) jump<end>|im<adv> (?:going to|gonna|about to|ready to)"
        r" jump<end>",
        r"(?:bridge|roof|building|cliff|ledge)(?: \w+){0,4} (?:to jump|jump off)",
        r"throw(?:ing)? <self> (?:under|in front|off|out|into|from)(?: of)? (?:a|the|my)",
        r"(?:nearly|almost) jumped (?:off|from|in front)(?: of)? (?:a|the|my) (?:bridge|roof|building|cliff|train"
        r"|balcony)",
        r"walk(?:ing)? into (?:the )?(?:traffic|the sea|the ocean|the river)(?: and not come back)?",
        r"(?:standing|sitting|stood|sat|im|here|up) (?:\w+ )?on (?:the|a) (?:\w+ )?(?:edge|ledge|roof|bridge"
        r"|platform|tracks"
        r"|rooftop)(?: \w+){0,6} (?:jump|coming back|roof|bridge|let go|end|over)",
        r"on the (?:edge|ledge) of (?:the|a) (?:roof|bridge|cliff|building|balcony)",
        r"(?:blow|blowing) my (?:own )?(?:brains?|head) (?:out|off)|bullet (?:in|through) my (?:own )?(?:head"
        r"|brain|skull)",
        r"gun (?:to|in|at) my (?:own )?(?:head|mouth|temple)",
        r"(?:slit|slitting|slash|cut|cutting|slice) (?:my|both my) wrists?",
        r"driv(?:e|ing)(?: my car)? (?:off (?:a|the) (?:cliff|bridge|road)|into (?:a|the) (?:wall|tree|river|truck"
        r"|lake))",
        r"(?:i have|ive got|ive|i got|got|i bought|bought|i found) (?:a |the |my )?(?:rope|noose|pills|gun|method)"
        r"(?: \w+){0,3} (?:ready|tonight|take them|end|waiting|use it on <self>|planned)",
        r"(?:rope|noose|pills|blade) (?:is|are) (?:ready|tied|next to me|beside me|in my hand|in front of me)",
        r"(?:wrote|written|writing|write|finished|left)(?: \w+){0,2} (?:suicide (?:note|letter)|note already)",
        r"my (?:suicide|suicide (?:plan|note|letter)|goodbye (?:note|letters?))",
        r"plan(?:s|ned|ning)? (?:for |of |to )?(?:my |commit )suicide|suicide plan",
        r"tie a noose|make a noose",
        r"(?:painless|easiest|easy|quickest|fastest|best|quick|peaceful) (?:way|ways|method)s? (?:to|of) (?:die"
        r"|dying|kill(?:ing)?"
        r" <self>|suicide|go|end (?:it|my))",
        r"(?:way|method) (?:to|of) (?:go|die|dying|do it|end it) (?:that|which|what)(?: \w+){0,2}"
        r" (?:hurts?|suffers?)(?: \w+){0,2} least",
        r"how (?:many|much)(?: \w+){0,6} (?:do i|would i|would it|does it|it would|i) (?:need|take|have)(?: \w+){0,4}"
        r" (?:to die|to kill me|to kill <self>|to overdose|to end)",
        r"jump(?:ing)? painless|painless(?: \w+){0,4} (?:jump|want to go)",
        r"thought about how(?: i would| id| to)(?: do it| kill| end)",
        r"(?:if i had|i have|with) a gun(?: \w+){0,2} (?:id|would) (?:shoot|use it on)",
    ),
    *rules(
        "crisis",
        "suicide-attempt",
        r"(?:tried|attempted|trying|failed) (?:to )?(?:kill <self>|hang <self>|end my life|suicide|take my (?:own"
        r" )?life"
        r"|drown <self>|overdose|unalive <self>)",
        r"my (?:suicide )?attempt",
    ),
    *rules(
        "crisis",
        "goodbye",
        r"goodbye (?:world|cruel world|everyone|everybody|forever)",
        r"this is goodbye(?! for now)",
        r"(?:by the time|when|if)(?: \w+){0,2} (?:you|anyone)(?: \w+)? (?:read|reads|find|see) this(?: \w+)?"
        r" (?:ill|i will|i am|im|i"
        r" wont) (?:be )?(?:gone|dead|alive|already)",
        r"(?:ill|i will) be (?:dead|gone) (?:by|before|tonight|tomorrow|soon|in the morning)",
        r"(?:i|im) (?:wont|will not|not going to|not gonna) be alive",
        r"i wont be (?:here|around)(?: \w+){0,2} , (?:please )?(?:look after|take care of|tell|forgive)",
        r"my last (?:night|day|message|goodbye|hours?)(?: \w+){0,2} (?:on earth|alive|to (?:you|everyone))",
        r"my last (?:message|goodbye|words|post) ,",
        r"tell my (?:\w+ ){1,3}(?:i|that i) love(?: \w+)?(?: ,| and)? i (?:wont|will not)",
        r"(?:said|saying|written|say) (?:all )?my (?:final )?goodbyes?(?! to (?:paris|london|summer))",
        r"(?:goodbye|bye)(?: \w+){0,2} pillemoji|pillemoji(?: pillemoji){0,5} (?:bye|goodbye)",
    ),
]

HOPELESS = [
    *rules(
        "concern",
        "passive-wish",
        r"(?:wish|hope|hoping|pray|praying|wishing) (?:\w+ ){0,4}(?:wouldnt|dont|didnt|do not|wont|never|not) wake"
        r" up",
        r"(?:go to sleep|fall asleep|sleep|close my eyes)(?: \w+){0,2} (?:and )?(?:never|not|dont) (?:wake"
        r"|waking)(?! early)",
        r"dont (?:want to|wanna) wake up (?:tomorrow|again|anymore|any more|in the morning|ever)",
        r"(?:everyone|everybody|they|theyd|family|kids|children|parents|people|world|wife|husband|all|friends"
        r"|mum)(?: \w+){0,3}"
        r" (?:better|better off|happier|easier)(?: \w+)? (?:without me|if i (?:was|were|wasnt|werent|died"
        r"|disappeared|left))",
        r"better (?:off )?if i (?:was|were|wasnt|werent|am|just) (?:\w+ )?(?:gone|dead|around|here|not here|alive"
        r"|died)",
        r"(?:no ?(?:one|body)|anyone|anybody|who)(?: \w+){0,3} (?:miss me|(?:care|notice|mind|cry)(?: \w+)? if i"
        r" (?:died?|disappeared?"
        r"|was gone|vanished?|were gone|wasnt here|killed|left this world))",
        r"if i (?:died|die|disappeared|vanished|was gone)(?: \w+){0,3} (?:,|no ?one|nobody|would|everyone)(?:"
        r" \w+){0,3}"
        r" (?:care|notice|miss|better)",
        r"if i (?:just )?(?:died|vanished|disappeared|was gone)(?: ,)? would (?:anyone|anybody|they)",
        r"wish(?:ed)? i(?: had|d| was| were| could)?(?: just)? (?:never|didnt|not|never been|wasnt) (?:been |be"
        r" )?(?:born|exist(?:ed)?"
        r"|here|alive)",
        r"i(?: just)? (?:wish|want|wanna|need)(?: \w+){0,3} (?:disappear|vanish)(?! into (?:a|the|my) (?:good"
        r" )?\w*book| from (?:social|this"
        r" party|work))",
        r"(?:dont|do not|didnt)<adv> (?:want to|wanna) (?:be here|exist|be around|do this life|live this life|be"
        r" anywhere)"
        r"(?= anymore| any more| any longer| since| without| now that| [.,]|$)",
        r"(?:hate|tired of|sick of|exhausted by|exhausted from|done with|hating|done)(?: \w+)? (?:being alive"
        r"|existing|living"
        r"|being me|existence|my existence)(?! in| with| at| out)",
        r"(?:dont|do not|wouldnt|no longer)(?: \w+)? care (?:if|whether) i (?:live|die|survive|got hit|get hit"
        r"|wake|make it)",
        r"(?:wouldnt|would not|dont)(?: \w+)? (?:mind|care)(?: about)? (?:dying|death|if i died|being dead)",
        r"if a (?:bus|car|truck|train|lorry) (?:hit|ran over|killed) me(?: \w+){0,2} (?:wouldnt|would not|not)"
        r" (?:mind|care)",
        r"(?:death|dying|being dead) (?:would be|sounds|seems|is|feels)(?: like)?(?: \w+)? (?:relief|peaceful"
        r"|peace|easier|nice|better"
        r"|comforting|mercy)",
        r"(?:not|no longer) (?:afraid|scared) of (?:dying|death)",
        r"(?:think|thinking|dream|dreaming|fantasi[sz]e|fantasi[sz]ing|thoughts) (?:\w+ )?(?:about|of) (?:death"
        r"|dying|my own death|not"
        r" being here|my funeral)",
        r"(?:easier|better|best) (?:to )?(?:not (?:to )?(?:be here|be alive|exist|wake up)|if i (?:didnt|wasnt"
        r"|werent))",
        r"be at peace if it(?: all)? (?:ended|stopped|was over)",
        r"(?:ready|want|wish|wishing|waiting)(?: \w+){0,4} (?:it|this|everything|life|the pain)(?: all)? to (?:be"
        r" over|be done|end|stop)"
        r"(?= [.,]|$| i| and| so)",
        r"(?:want|need|get|a way) out of (?:this|my) (?:life|world|existence)|dont belong in this (?:world|life)",
        r"look at the (?:tracks|bridge|pills|train|water|knives|ledge|roof)",
        r"(?:look|looked|looking|stare|stared) at the (?:\w+ )?(?:tracks|bridge|pills)(?: \w+){0,6} (?:wonder"
        r"|things|think)",
        r"feel(?:ing)?(?: \w+){0,3} (?:dead inside|already dead|like im (?:already )?dead)|im already dead",
    ),
    *rules(
        "concern",
        "goodbye",
        r"(?:wont|will not|not going to|not gonna)(?: \w+)? be (?:around|here)(?: \w+)? (?:much longer|for long"
        r"|very long|long)",
        r"wont have to (?:worry about|deal with|put up with)(?: \w+)? me|soon i wont be|wont be a (?:problem"
        r"|burden|bother)",
        r"(?:gave|giving|given) (?:\w+ )?away (?:all )?(?:my|of my) (?:stuff|things|belongings|possessions|pets)",
        r"(?:putting|put|getting) my affairs in order|(?:made|making|wrote|writing) my will",
    ),
    *rules(
        "concern",
        "hopelessness",
        r"(?:whats|what is|is there|see|seeing)(?: \w+)? (?:the |any |a )?point (?:of|in|to) (?:going on|living"
        r"|being alive|life|carrying on"
        r"|existing|keeping going|any of it|it all|even trying|waking up)(?! (?:holiday|about|with|in|vacation|a"
        r"|the|at)\b)",
        r"(?:no|isnt any|not any|isnt a|never any) (?:point|reason) (?:in |of |to |for me to )?(?:living|live|life"
        r"|going on|go on|being alive"
        r"|carry on|keep going|be here|wake up|get up|stay alive|exist|any of it|keep living|anything)",
        r"(?:dont|cannot|do not|couldnt)<adv> see (?:the|any|a) (?:point|way out|way forward|reason|future|way"
        r" through)"
        r"(?! (?:in|of|with) (?:\w+ )?(?:meeting|homework|tv|arguing|buying))",
        r"(?:nothing|no ?(?:one|body)|not anything)(?: left)?(?: for me)?(?: here)? to live for|nothing left"
        r" (?:for me|in me|to give)",
        r"life (?:isnt|is not|aint|has|feels|is|seems)(?: \w+){0,3} (?:worth (?:it|living)|no meaning|meaningless"
        r"|pointless|worthless|not worth)",
        r"(?:done|tired|sick|fed up|through|exhausted)(?: \w+)? (?:with|of) (?:my )?life(?! in| at| admin)",
        r"(?:give|giving|given|gave) up on (?:life|living|<self>|everything)",
        r"hate my life(?! story)|hate <self>|hate being me",
        r"i cannot<adv> (?:go on|carry on|keep going|live)(?= anymore| any more| any longer| like this| this way|"
        r" without (?:him|her|them|you)"
        r"| [.,]|$)",
        r"i (?:am|feel|was|just feel|feel like|am just)(?: like)?(?: \w+){0,2} (?:a )?burden|im(?: \w+){0,2} a"
        r" burden",
        r"(?:no|there is no|theres no|not any|lost all|without any|isnt any)(?: \w+)? (?:hope|future|way out"
        r"|escape)(?: left)?"
        r"(?= for me| left| [.,]|$| at all)",
        r"(?:cannot|dont) see (?:a|any|my) future|no future for me|cant see tomorrow",
        r"feel(?:ing)?(?: \w+){0,2} hopeless(?! (?:at|with|in|romantic)\b)|(?:my life|everything|it all|situation"
        r"|im) (?:is |feels )?(?:so )?"
        r"hopeless(?! (?:at|with|in|romantic)\b)",
        r"(?:trapped|stuck)(?: \w+){0,3} no (?:escape|way out)|end of my (?:rope|tether)",
        r"(?:tired|sick|weary|exhausted) of (?:living|being alive|existing|life)(?! in| with| at)",
        r"tired of (?:living|my life) like this",
        r"(?:dont|do not|no longer) care (?:what happens|about what happens|anymore what happens) to me(?: anymore)?",
        r"nothing (?:\w+ ){0,2}matters?(?: anymore| any more| to me| again|<end>)|what does it (?:even )?matter<end>",
        r"(?:dark|bad|scary|ugly|terrible|horrible) thoughts|scared of my (?:own )?(?:thoughts|mind)",
        r"(?:dont|cannot) trust <self>(?! with (?:chocolate|money))",
        r"(?:im|i am|feel|feeling)(?: so| completely| just)? worthless(?: and|<end>)",
        r"(?:do|did) something (?:stupid|bad|drastic|terrible) (?:to <self>|tonight)|might do something (?:stupid"
        r"|drastic)|going to do"
        r" something (?:bad|stupid|drastic|terrible)",
        r"(?:drink|drinking|drunk)(?: \w+){0,4} (?:to (?:just )?get through|until i (?:pass|black) ?out|so i dont"
        r" (?:have to )?feel|to forget|to"
        r" feel nothing)",
        r"stopped (?:taking (?:care of <self>|my meds|my medication)|eating and|caring)",
        r"(?:havent|not) (?:eaten|been eating)(?: \w+){0,4} (?:dont care|matter)",
        r"(?:go|goes|going) on<adv> (?:like this|anymore|any more|any longer)",
        r"empty(?: ,)? i cannot go on",
    ),
    *rules(
        "hint",
        "hopelessness",
        r"i (?:cannot|can not|dont think i can)<adv> (?:do|take) (?:this|it)(?: anymore| any more| any longer)<end>",
        r"(?:dont|do not) think i can (?:do this|go on|keep going|carry on|take this)",
        r"(?:im|i am|ive been|i was|makes? me|making me|feel|feels|feeling|such a|like a|being)(?: \w+){0,3}?"
        r" (?:worthless"
        r"|useless|hopeless|pointless|failure)",
        r"(?:life|it|its|everything|it all|this|future)(?: \w+){0,2} (?:hopeless|pointless|worthless)|^(?:\w+"
        r" )?(?:worthless"
        r"|useless|hopeless|pointless)<end>|hate everything",
        r"(?<!was )(?<!were )(?<!got )(?<!is )(?<!hes )(?<!shes )tired of (?:everything|it all"
        r"|trying|fighting|pretending|all of this)",
        r"(?:cannot|dont want to) (?:do this|keep doing this|cope|face (?:it|tomorrow|another day))(?: anymore|"
        r" any more)?<end>",
        r"whats the point<end>|what is the point<end>|i give up<end>|im done<end>|no one cares|nobody cares",
    ),
    # Calming words that may also be a leave-taking.
    *rules(
        "hint",
        "goodbye",
        r"(?:it|this|everything)(?: all)?(?: will|ll| is going to)(?: all)? be over soon",
        r"(?:wont|not going to) do (?:anything|it) (?:yet|tonight|today)",
    ),
    # Ordinary after a death or a parting: no danger of its own, though it counts beside hopelessness.
    *rules("hint", "loneliness", r"so empty|feel(?:ing)? (?:so )?empty|feel(?:ing)? (?:so )?numb|so alone|all alone"),
]
