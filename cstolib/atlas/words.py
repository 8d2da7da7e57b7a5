"""What a reader should know before reading a card: how it is made, and which names it uses and why."""

READING = (
    "Every card has the same headings, also where there is nothing to tell. No request is recorded "
    "means that none was found in the documents read, not that none was made; unknown means that none "
    "of them tells; does not apply means that there is nothing to tell; nothing found means that no "
    "words or no acts were found.",
    "Hours count from hour zero, the beginning of the first recorded step on or after the first day of "
    "the crisis. A step known only to its day lies somewhere within 24 hours, and is given as from and "
    "to.",
    "Codes of positions run from \u22123 (acts against the party) over 0 (silent, absent, or an equal call "
    "to all) to 4 (forces). They are judgements made today: two passes of one AI language model, "
    "settled by a third; no subject expert has reviewed them. Words and acts are coded apart and must "
    "not be added up.",
    "Dead, wounded and displaced people are given as published counts, each with the one who counted "
    "and the day. Sides count differently, and tolls grow for months: a single number without its "
    "counter says little.",
    "The pages tell of killing, of people who lost their homes, and of accusations between states that "
    "have not been settled. Read them in portions, and leave out what you need not know.",
)
NAMES = (
    "States stand in alphabetical order. Names are those that the United Nations use, such as Türkiye.",
    "Nagorno-Karabakh (Armenian Artsakh, Azerbaijani Dağl\u0131q Qarabağ) is internationally recognised as "
    "part of Azerbaijan; until 2023 an unrecognised Armenian administration ran it, which called itself"
    " the Republic of Artsakh and is written here as the self-declared Republic of Artsakh. Places with"
    " two names carry both, in alphabetical order: Khankendi/Stepanakert, Shusha/Shushi.",
    "Of Crimea this atlas says annexation, which the General Assembly of the United Nations has not "
    "recognised; the word of Russia is accession. For the war that began on 24 February 2022 it says "
    "Russia\u2019s full-scale invasion of Ukraine, after the General Assembly. Abkhazia and South Ossetia "
    "are written as parties and not as states: of the members of the treaty only Russia has recognised "
    "them.",
    "Who began a fight is told as each side tells it, at equal length, and as an inquiry found it where"
    " there was one. Whoever finds a word or a number unfair can contest it: the course has a page of "
    "corrections.",
)
