"""What looks like danger and is not: idioms, accidents, stories, denials, the past."""

import re

from agent.guard.patterns import compiled

# Taken out of the text before any rule reads it.
IDIOMS = [
    compiled(wording)
    for wording in (
        r"(?:die|died|dying|dead|death)(?: \w+)? (?:of|from) (?:laughter|laughing|embarrassment|boredom|cuteness"
        r"|joy|curiosity|happiness|cringe"
        r"|excitement|shame|jealousy|heat|thirst|hunger|the cold|cold)",
        r"(?:want(?:ed)? to|wanna|could have|nearly|almost) die[d]? (?:of|from) \w+",
        r"(?:embarrass\w*|mortif\w*|cringe\w*|awkward)(?: \w+){0,3} (?:i )?(?:just )?(?:wanted to|want to|could"
        r" have|could|wanna) (?:just )?die[d]?",
        r"dying (?:laughing|to (?!be with|stop|end|get away)\w+|for (?:a|an|some|the|your|this))",
        r"(?:want to|wanna|to|gonna) (?:die|dye) my hair",
        r"(?:to|id|would|i) die for(?: this| a| that| the| some| your| her| his)?(?! (?:my|nothing))",
        r"(?:rather|sooner) die than (?!live|be alive|go on|wake|face|keep|continue|go back|stay|(?:go|be|end up|be put"
        r"|live)(?: up)? in(?:to)? (?:a|the|one))\w+",
        r"hope to die|(?:old )?habits die|die hard|never say die|or die trying|do or die|death of me|dead"
        r" (?:serious|set|tired)|to death|dead poets",
        r"kill for (?:a|an|some|the|that|this)|kill(?:ing|ed|s)? (?:time|it|two birds|bill|the (?:lights?|engine"
        r"|mood|vibe|process|music|power|tab|job"
        r"|app|server|buzz)|a (?:process|mockingbird|bottle|job|few hours)|an hour)",
        r"killing me not to|killing me (?:with|softly)|youre killing me|kill me now|looks could kill|killed the"
        r" cat|dressed to kill|killer \w+|to kill a",
        r"(?:kill|murder|strangle|stab|shoot) (?:me|you|him|her|them|my \w+)(?: \w+)? (?:for (?:\w+ing|the|this"
        r"|that|being|a)|when (?:he|she|they) (?:sees?"
        r"|finds?|hears?)|if (?:i(?:m| am)? (?:late|forget|dont|lose|break(?! up)|miss|fail|wake|buy|eat|spill)))(?:"
        r" \w+){0,4}",
        r"(?:kill|murder|strangle|stab|shoot) (?:you|him|her|them|my \w+)(?: \w+)? (?:lol|haha\w*|lmao|xd|jk|if"
        r" (?:he|she|they|you) (?:eat|touch|spoil"
        r"|forget|steal|sing|play|snore)s?)(?: \w+){0,3}",
        r"murder (?:a|an|some)(?: \w+)? (?:\w+)|murder(?:ed|ing) (?:us|them|that|the song)|(?:get|got|getting)"
        r" away with murder",
        r"suicide (?:squad|hotline|line|helpline|prevention|bomb\w*|sprints?|drill|awareness|mission|rates?"
        r"|statistics|door|doors|watch|squeeze|risk|research"
        r"|bereavement)|(?:virgin|career|political|social) suicides?",
        r"(?:shoot|shot) (?:me|you|us|him|her) (?:an?|the|your|over)|(?:take|took|taking) (?:a|my) shot|shoot"
        r" (?:hoops|a film|some)",
        r"(?:\d+|many|few|some|more|hundred|thousand|couple of|of|the) ?kms|kms (?:away|per|an hour|long|from|to"
        r" go|today)",
        r"(?:what|wat)(?: \w+){0,2} (?:does|is|do|did) (?:\w+ ){1,3}(?:mean|meaning|stand for)|meaning of (?:the"
        r" word )?\w+|word suicide",
        r"overdos(?:e|ed|ing) on (?:chocolate|caffeine|netflix|sugar|coffee|cake|tv|memes|cheese|sun|vitamin \w"
        r"|cuteness|food|tiktok|anime|carbs|news)",
        r"(?:caffeine|chocolate|sugar|cuteness|coffee) overdose|od(?:d|ed)? on (?:netflix|chocolate|sugar|coffee"
        r"|cake|tv)",
        r"(?:beat|beats|beating|hit|hits|kicked) me (?:at|in (?:mario|chess|straight|a race|the race|the game"
        r"|poker|fifa|cards|scrabble|tennis)|to (?:it|the)"
        r"|up on|on (?:instagram|facebook))",
        r"hit me (?:up|with (?:a|the) (?:question|surprise|news|idea|bill)|that|like a)|(?:it|ball|door|branch|car"
        r"|wave|news|smell|realization)(?: \w+)? hit me|hits on me|hit on me",
        r"cut(?:ting)? <self> (?:some slack|a (?:slice|piece|break|deal)|off|a bit|loose|short)",
        r"end (?:it|things|everything) (?:with|here|there|by|on a|at)|(?:end|ending|ended) (?:it|things) with",
        r"(?:cut|hurt|burn|beat|hit|kick) <self> (?:shaving|cooking|on (?:the|a|my) (?:oven|stove|paper|edge|iron"
        r"|pan|kettle|glass)|up (?:about|over)|playing"
        r"|running|chopping|skiing|skating|lifting|at (?:the gym|football|work|practice|training))",
        r"(?:goodbye|bye) (?:to|for now)|toy gun|water gun|nerf gun|gun (?:laws?|debate|control)|hurt(?:ing)? my"
        r" (?:feelings|knee|back|foot|ankle|hand|arm)",
        r"(?:hopeless|useless|worthless|pointless) (?:at|with|in|meeting|currency|coupon|romantic|exercise)(?: \w+)?",
        # Helpless beside somebody who is ill, not worthless.
        r"useless(?: just)? (?:sitting|standing|waiting|watching)(?: \w+)?",
        r"burnt? (?:calories|the)|dead (?:battery|end|line|heat)|bite the bullet|dodged a bullet",
    )
]

# The clause speaks of a story, a game or the news, so that what happens in it happens to nobody.
STORY = re.compile(
    r"\b(?:film|movies?|books?|novels?|episodes?|characters?|games?|songs?|lyrics?|scenes?|season|tv|poems?|poetry"
    r"|plays?|documentar(?:y|ies)|news|article"
    r"|podcast|headlines?|boss fight|final boss|raid|level|match|elden ring|fortnite|minecraft|cod|gta|dnd|d and d"
    r"|sims|round|nerf|essay|paper|lecture"
    r"|thesis|class|seminar|skydiving|plane|karaoke|police said|play)\b"
)
# Such a clause still counts where the person speaks of a wish of their own.
OWN_WISH = re.compile(
    r"\b(?:i|im|ive|id)\b(?: \w+){0,4} (?:want|wanna|going|gonna|need|plan|planning|will|feel|suicidal|wish"
    r"|thinking|keep|deserve|dont|hate|cannot)\b"
)
STORY_WISH = re.compile(
    r"\b(?:this|that|the|a|every) (?:game|film|movie|book|song|level|boss|match|round|episode|show|party)\b"
)

ACCIDENT = re.compile(
    r"\b(?:accident(?:ally)?|by mistake|oops|ouch|shaving|cooking|chopping|practice|football|gym|running|training"
    r"|kitchen|paper ?cut|oven|stove|baking|fringe"
    r"|bangs|hair|knitting|gardening|bread)\b"
)
ON_PURPOSE = re.compile(
    r"\b(?:on purpose|deliberately|intentionally|to feel|again|keep|every day|urges?|want to|wanna|started"
    r"|self ?harm\w*)\b"
)

NEGATION = re.compile(
    r"\b(?:dont|do not|didnt|doesnt|hasnt|havent|never|not|wont|wouldnt|nobody|no ?one|isnt|arent|wasnt|no longer"
    r"|without|no (?:plans?|intention|desire|wish|urge)s?)"
    r"(?: (?:want|wanted|going|gonna|trying|planning|plan|intend|thinking|thought|think|ever|really|actually|to|of"
    r"|about|try|wanting|would|do|be|is|am|been"
    r"|even|at all|has|have|a|currently|feeling|feel))*$"
)
# A match that holds its own denial ("I'm not suicidal", "he has never hit me").
NEGATED_INSIDE = re.compile(
    r"\b(?:im|i am|i|he|she|they|husband|wife|partner|boyfriend|girlfriend|parents|dad|mum|is|s)(?: has| have|"
    r" would| did| do| am| was)?"
    r" (?:not|never|dont|doesnt|didnt|havent|hasnt|wouldnt|wasnt)(?: \w+){0,3} (?:suicidal|suicide|self ?harm\w*"
    r"|hit|hits|beat|abused?|hurt|touched|attacked|kill"
    r"|slapped|punched|raped|danger)\b"
)

PAST = re.compile(
    r"\b(?:(?:years?|months|decades?|ages) ago|when i was (?!at|in the kitchen|alone|out)\w+|i used to|used to"
    r" (?:beat|hit|abuse|touch|hurt|be|cut|choke|kick|punch)"
    r"|as a (?:child|kid|teen\w*|girl|boy)|back (?:in|then|when)|in (?:19|20)\d\d|last year|in the past|long ago"
    r"|long time ago|in my (?:teens|twenties|childhood|youth)"
    r"|in (?:high school|college)|(?:havent|clean|free)(?: \w+){0,5} (?:months?|years?|weeks?)|(?:for|a|two|three)"
    r" years? (?:now )?clean)\b"
)
# The past of a death, which says nothing of when the person wishes: "he died two years ago and I want to".
DEATH_DATED = re.compile(
    r"\b(?:died|passed away|passed|killed|death|funeral|diagnos\w+|(?:lost|buried) (?:my \w+|him|her|them))"
    rf"(?: (?!when|after|because|and|i\b)\w+){{0,6}}? {PAST.pattern}"
    rf"|{PAST.pattern}(?: ,)?(?: (?!i\b)\w+){{0,4}}? (?:died|passed away|i lost (?:my \w+|him|her|them))\b"
)
PAST_TENSE = re.compile(r"\b(?:was|were|tried|attempted|wanted|thought|had|did|used|cut|took|overdosed|hit)\b")

# Own words, quoted to take them back: "I didn't mean it when I said I want to die".
QUOTED = re.compile(
    r"\b(?:(?:when|that|what|because) i (?:said|wrote|typed|told you)|i (?:only |just )?said)\b(?: \w+){0,3} ?$"
)
TAKEN_BACK = re.compile(
    r"\b(?:(?:didnt|dont|did not|do not|never)(?: \w+)? mean(?:t)?|joking|kidding|exaggerat\w+|(?:not|wasnt|isnt)"
    r" (?:serious|true))\b"
)

STILL = re.compile(
    r"\b(?:still|again|tonight|today|right now|ever since|since then|and now|nowadays|every day|lately|keeps?)\b"
)

REPORTED = re.compile(
    r"\b(?:he|she|they|friend|brother|sister|son|daughter|mum|dad|who|boyfriend|girlfriend|husband|wife|someone"
    r"|students?|character|everyone|people|kids)"
    r" (?:just |once |always |keeps? )?(?:said|says|saying|texted|wrote|writes|told me|whispered|screamed"
    r"|posted)(?: that| me| to me)? *$"
)

# Abuse that happens to somebody else.
ANOTHER = re.compile(
    r"\b(?:my|a|our|her|his) (?:\w+ )?(?:sister|friend|pupil|student|colleague|coworker|cousin|neighbou?r|daughter"
    r"|mate|niece|nephew|classmate)"
    r"(?:s)?(?: is| was| are)? (?:being|in|was|got|gets|is) (?:an )?(?:abus\w*|raped|beaten|assaulted|molested)"
    r"|\bgrew up in\b"
)
