"""Plot skeletons. A plot is a list of beats; [a|b] draws one alternative (they nest), {h} and its like are facts
of the story that stay fixed (see grammar.py), names in capitals such as {ADJ} are drawn afresh each time."""

OPENINGS = [
    "[Once|Long ago|Many years ago|One {W} [morning|evening|night|afternoon]|In the {season} of that year], "
    "[there lived|there was] in {town} a {a} {trade} [called|named|whose name was] {h}.",
    "The {trade} of {town} was a {a} soul whom everybody called {h}." ,
    "The {trade} [woke early|could not sleep|looked out of the window|put the kettle on|opened the door] "
    "[because|for|since] it was {day} and the {place} was {W}. [Everybody in {town}|The whole of {town}] "
    "knew {him} as {h}.",
    "{h} the {trade} lived [near|beside|not far from|just behind] the {place} of {town}, in a {OADJ} house with "
    "a {c} door.",
    "By the sea, where [{SOUND} could be heard|the gulls cried|the tide never slept], stood the little town of "
    "{town}. There a {a} {trade} named {h} [lived alone|kept a {pet}|worked from dawn to dusk].",
    "[Let me tell you about|This is the tale of|Here is the story of] {h}, the {a} {trade} "
    "[of|who lived in] {town}.",
    "On a {W} {day} in {season}, {h} the {trade} walked [down|up|out] to the {place} [to think|to look at the "
    "water|to meet a friend|as {he} always did].",
    "[\"Tell me a story,\" said the child|Tell a story by the sea, they asked|Tell a story by the sea.]. "
    "So here is one. A {trade} named {h} lived in {town}, and {he} was very {a}.",
]
FACTS = [
    "{He} owned a {c} {t}, which {his} {kin} had [given {him}|left {him}|made for {him}] [long ago|in {season}|"
    "on {his} birthday].",
    "{His} dearest thing was a {c} {t}, and [{he} never went out without it|it hung above {his} bed|nobody else "
    "was allowed to touch it].",
    "{He} shared the house with a {pet} that [slept|sang|sulked|snored] [by the stove|under the table|all "
    "{season}|whenever it was {W}].",
    "{His} best friend was {f}, a {b} {trade2} who [lived across the lane|came from {town2}|knew every path to "
    "the {place2}].",
    "In {his} pocket, as always, lay a {c} {t} and [a bit of string|half an oatcake|a letter from {f}].",
    "{He} was [fond of|famous for|proud of|rather good at making] {food}, [and the neighbours knew it|though "
    "{f} liked it even more|especially when the weather was {W}].",
]
TEXTURE = [
    "It was {W}, and {SOUND} [could be heard|came and went|sounded close by] [over|behind|beyond] the {PLACE}.",
    "[Far off|Somewhere|Down by the {PLACE}] a {ANIMAL} [called|stirred|hurried home|watched everything].",
    "{He} felt {FEEL}, [but {he} said nothing|and {he} did not know why|as one does when it is {W}].",
    "[The {pet} followed {him}|A {ADJ} {ANIMAL} followed {him}|Nobody saw {him}] [as far as the {PLACE}|all the "
    "way|for a while].",
    "\"{SAY},\" [said|whispered|cried|muttered] {h} {ADV}.",
    "\"{SAY},\" {f} [answered|replied|called back|said], [and laughed|looking at the {PLACE}|{ADV}].",
    "They [shared|ate] [some|a little|the last of the] {FOOD} and [watched the {ANIMAL}|listened to {SOUND}|"
    "spoke of {town2}|said little].",
    "The {PLACE}, which had been {W} all {season}, [lay silent|smelled of salt|seemed very wide|was full of "
    "people].",
    "[While|When|As] {h} [walked|waited|worked], {he} [thought of|remembered|hummed to] {his} {KIN}, who had been "
    "{ADJ} and {ADJ}.",
    "If the {PLACE} had been [nearer|safer|less {W}], {he} [would have gone there|might have rested] instead.",
]
SAYINGS = [
    "We must be {ADJ} now", "I have never seen such a {OADJ} {THING}", "The tide will not wait for us",
    "Come with me to the {PLACE}", "There is always [time|room] for {FOOD}", "I am not {FEEL}, only {FEEL}",
    "A {ADJ} {ANIMAL} told me so", "Mind the {OADJ} {THING}", "You may keep the {THING} until {DAY}",
    "It will be {W} tomorrow", "My {KIN} used to say so", "We shall see what {DAY} brings",
    "Nobody goes to the {PLACE} when it is {W}", "Let us ask the {TRADE}",
]
PLOTS = [
 ["One {DAY} the {c} {t} was gone.", "{h} looked [under the bed|behind the stove], then at the {place}, and [even|"
  "at last] in the {place2}.", "\"Have you seen my {t}?\" {he} asked {f}.", "{f} shook {fhis} head, but pointed to "
  "a trail of [feathers|crumbs|wet prints|sand].", "It led to the {place2}, where a {pet2} sat [proudly|fast asleep] "
  "on the {c} {t}.", "{h} laughed, traded it for some {food}, and carried the {t} home."],
 ["A storm rose over {town}, and a boat with {n} people [was lost in the dark|could not find the harbour].",
  "{h} took the {c} {t} and climbed to the {place}.", "All night {he} [waved|called|beat on a pan] until {his} arms "
  "ached.", "Towards dawn {f} cried that [a sail|a light] was near.", "All {n} people came safely ashore, and they "
  "never forgot {h} and the {c} {t}."],
 ["{f} came to the door with a letter from {town2}.", "\"[Come at once|Come before {day}],\" it said, \"and bring the "
  "{c} {t}.\"", "{h} packed {food} for {n} days and set out by way of the {place}.", "On the road {he} helped a "
  "{pet2} out of a [ditch|thorn bush|net].", "In {town2} {his} {kin} was waiting, and all {he} wanted was to see "
  "the {t} once more.".replace("all {he} wanted", "all that was wanted"), "They sat together [until dark|by the "
  "fire], and nobody was lonely."],
 ["At the market {h} had {n} {fruit} to sell.", "{f} bought {k} of them and paid with a {c} {t}.",
  "That left {nk} {fruit}, and {h} counted them [twice|aloud].", "Then a {pet2} [ran off with one|knocked over the "
  "basket], and everybody [shouted|laughed].", "By evening {h} had the {t}, {food}, and a good story to tell."],
 ["{f} said that nobody could cross the {place} at night.", "\"I can,\" said {h}, though {he} felt {FEEL}.",
  "{He} took only the {c} {t}.", "Halfway across {he} heard [breathing|a knock|a small voice], and it was a {pet2}, "
  "lost and cold.", "{h} wrapped it in {his} coat and walked on.", "In the morning {f} found them both asleep, with "
  "the {t} between them, and had to admit {fhe} was wrong."],
 ["There was to be a [feast|fair|wedding] on {day}, and {h} promised to bring {food}.", "But the [oven|pot|fire] "
  "[broke|went out], and there was no [flour|butter|salt] in the house.", "{He} went to {f}, who gave {him} what "
  "{fhe} had, and asked for the {c} {t} in return.", "{h} thought hard, and agreed.", "The {food} was the best in "
  "{town}.", "When the guests had gone, {f} gave the {t} back with a bow."],
 ["Every {day} a stranger stood at the {place} and said nothing.", "People whispered that the stranger was [a thief|a "
  "ghost|a king].", "{h} alone went up and offered some {food}.", "\"I am {f},\" the stranger said. \"I was a {trade2} "
  "in {town2}, and I have lost my way.\"", "{h} lent {fhim} the {c} {t} and showed {fhim} the road.", "In {season} the "
  "{t} came back, with {n} silver coins inside the parcel."],
 ["{h} and {f} quarrelled over the {c} {t}.", "[\"It is mine,\" said one, and \"No, mine,\" said the other.|They did "
  "not speak for {n} days.]", "The {pet} grew thin and would not [sing|play|eat].", "At last {h} went to the {place}, "
  "and there was {f}, coming the other way.", "\"I am sorry,\" they said [at the same time|together].", "From then "
  "on each kept the {t} for half the year."],
 ["The well of {town} ran dry in {season}.", "The {trade2}s argued, and the {trade}s argued, and nothing was done.",
  "{h} followed a {pet2} past the {place}, for animals know where water is.", "{He} dug with the {c} {t}, {n} feet "
  "deep, while {f} carried the earth away.", "On {day} the water came, clear and cold, and the whole town drank."],
 ["{h} wished to make a {t2} as fine as any in {town2}.", "The first one [broke|fell apart|leaned to the left].",
  "The second one [was too small|sank|made a dreadful noise].", "\"Try again,\" said {f}, who was {b}.",
  "{h} worked for {n} days, and the {pet} watched.", "The last {t2} was {c2} and perfect, and {he} gave it to {f}."],
 ["A {pet2} came to the window and spoke.", "\"Follow me to the {place},\" it said, \"and ask no questions.\"",
  "{h} took the {c} {t} and followed.", "There, beneath a stone, lay {n} {fruit} made of glass.", "\"Take one for "
  "{f},\" said the {pet2}, \"and leave the rest.\"", "{h} did so, and [the lane was never dark again|good luck "
  "stayed in the house]."],
 ["{h} found a map in an old {t2}.", "It showed the {place}, the {place2}, and a cross in {c2} ink.", "{He} and {f} "
  "set out on {day} with a spade and {food}.", "They counted {n} steps from the {place} and dug.", "They found [no "
  "gold|no treasure], only a note: \"The [walk|friend beside you] was the treasure.\"", "{f} laughed so much that "
  "{fhe} sat down in the hole."],
 ["{h} was told to guard the {place} for {n} nights.", "On the first night came {SOUND}, and nothing more.",
  "On the second night a {pet2} stole {his} {food}.", "On the last night a thief came for the bell, but {h} held up "
  "the {c} {t} and shouted.", "The thief [ran|wept|surrendered], and it was only {f}, who was hungry.", "{h} shared "
  "breakfast with {fhim}, and told nobody."],
 ["A ship came from {town2} with {n} crates.", "Nobody knew what was in them, and [the captain would not say|the "
  "papers were wet].", "{h} opened one with the {c} {t}.", "Inside was a {pet2}, and another, and another!",
  "{f} chased them as far as the {place}.", "By {day} every house in {town} had a {pet2}, and most were pleased."],
 ["{f} fell ill in {season}, and [the doctor was away|no one knew the cure].", "{h} remembered that a herb grew "
  "near the {place}.", "{He} walked for {n} hours in {W} weather, with the {c} {t} for company.", "{He} found the "
  "herb beside a sleeping {pet2}, and took only one leaf.", "{f} drank the tea, slept, and woke asking for {food}."],
 ["The [mayor|harbour master] promised a {t2} to the best singer in {town}.", "{f} sang of {town2}, and people "
  "clapped.", "{h} sang of the {c} {t}, and people wept.", "But the {pet} sang last, out of tune and very loud, and "
  "everyone [cheered|fell off the benches].", "So the {pet} won the {t2}, and slept in it for {n} years."],
 ["{h} promised to repair the clock of {town} by {day}.", "There were {n} wheels, and one was missing.", "{He} "
  "searched the {place} with {f}, but found only a {t2}.", "Then {he} saw that a piece of the {c} {t} was just the "
  "right size.", "{He} cut it {ADV}, and the clock struck {k}.", "{He} missed the {t}, but whenever the clock "
  "struck, {he} smiled."],
 ["Snow fell for {n} days, and the road to {town2} was closed.", "The people had little left but {food}.",
  "{h} built a sled from a {t2} and two boards.", "With {f} and the {pet} {he} crossed the {place}, though it was "
  "bitterly cold.", "They came back on {day} with flour, lamp oil and a {c2} {t2} for the school."],
 ["{h} rowed out beyond the {place} to fish.", "At noon something heavy pulled, and up came a {c2} {t2}.",
  "It belonged to {f}, who had lost it {n} years before.", "{h} could have sold it, and nobody would have known.",
  "Instead {he} knocked at the door of {f} and held it out.", "They have been friends ever since."],
 ["The children asked {h} why the sea is salt.", "\"A {trade2} named {f} once had a mill,\" {he} said, \"and it ground "
  "salt day and night.\"", "\"{f} forgot the word that stopped it, and threw it from the {place}.\"", "\"And the word?\" "
  "they asked.", "{h} showed them the {c} {t}, where the word was written, and put it back in {his} pocket."],
 ["{h} planted {n} seeds behind the {place}.", "{k} of them came up, and the {pet2} ate one.", "{f} said that {his} "
  "garden was a sad sight.", "But {h} watered the rest from the {c} {t} every morning.", "In {season} they bloomed, "
  "{c2} and tall, and {f} asked for a flower."],
 ["A {trade2} named {f} came to {town} and boasted [of great deeds|of a hundred voyages].", "\"I once lifted a "
  "{pet2} with one hand,\" said {f}.", "\"Then lift this {t},\" said {h}, and gave {fhim} the {c} {t}.", "It was full "
  "of [lead|stones|wet sand], and {f} could not move it.", "Everybody laughed, {f} loudest of all, and {fhe} stayed "
  "for {n} years."],
 ["{h} dreamed of a {c2} {t2} under the bridge of {town2}.", "{He} walked there, {n} miles, and found only {f}, who "
  "was selling {fruit}.", "\"Dreams!\" said {f}. \"I dreamed of a chest behind a stove in {town}.\"", "{h} thanked "
  "{fhim} and hurried home.", "Behind {his} own stove, beneath the {c} {t}, was the chest."],
 ["The bridge at {town} was guarded by a {a2} {pet2} who asked riddles.", "\"What [has hands but cannot hold|runs "
  "but never walks|has teeth but cannot bite]?\" it asked.", "{f} guessed [wrong|three times], and had to go back.",
  "{h} looked at the {c} {t} and thought.", "\"[A clock|The river|A comb],\" {he} said at last. \"May we both pass?\"",
  "The {pet2} bowed, and asked for {food} as well."],
 ["{h} had to teach at the school on {day}.", "\"If I have {k} {fruit} and {f} gives me {m} more, how many have I?\" "
  "{he} asked.", "\"{km},\" said a small voice at the back.", "It was the {pet2}, sitting on a {c2} {t2}.",
  "After that {he} asked harder questions, and {f} came to listen."],
 ["A painter came to paint the {place}.", "She had every colour but {c}.", "\"Look at my {t},\" said {h}. \"It is {c}, and "
  "you may scrape a little from it.\"", "She painted for {n} days, and {f} held the ladder.", "When it was done, there "
  "in the corner stood {h}, very small, with the {t}."],
 ["There was a race from the {place} to the {place2}.", "{f} had the faster [boat|pony|sled], and everyone knew it.",
  "{h} had the {pet}, and the {c} {t}, and hope.", "Near the end {f} [fell|ran aground|took the wrong turn].",
  "{h} stopped to help, and so a {trade2} from {town2} won.", "The prize was {n} {fruit}, and the winner shared them "
  "all."],
 ["{h} wrote a letter, put it into a bottle and threw it from the {place}.", "{n} months went by.", "Then on a {W} "
  "{day} an answer came: \"I am {f}, a {trade2} in {town2}, and I have a {pet2}.\"", "They wrote to each other all "
  "{season}.", "When at last they met, {h} knew {fhim} by the {c2} {t2} in {fhis} hand."],
 ["The lamp at the {place} went out, and there was no oil in {town}.", "{h} went from door to door with the {c} {t}.",
  "One gave a spoonful, another a cup, and {f} gave all {fhe} had.", "After {n} houses it was full.", "The lamp "
  "burned until morning, and a ship from {town2} came home."],
 ["{h} was offered {n} gold coins for the {c} {t}.", "\"Sell it,\" said {f}. \"You could buy a house.\"", "{h} "
  "[thought about it all night|walked to the {place} and back].", "\"No,\" {he} said on {day}, \"it is the only thing "
  "that remembers my {kin}.\"", "{f} was silent, and then brought {food}, and they said no more about it."],
 ["A whale lay on the sand near the {place}.", "{f} fetched {n} buckets, and {h} fetched the whole town.", "They poured "
  "and sang until the tide came back.", "The whale rolled over, sighed, and swam away.", "The next {day} {h} found a "
  "{c2} {t2} on the doorstep, wet with sea water."],
 ["{h} could not sleep, because of a noise at the {place}.", "It went tap, tap, tap, {n} times, and then stopped.",
  "{f} thought it was [a ghost|the wind|a sailor].", "They crept out with the {c} {t} and [a candle|a stick].", "It was "
  "only the {pet2}, cracking nuts on a stone.", "They gave it {food}, and it was quiet until {day}."],
]
ENDINGS = [
    "And {h} kept the {c} {t} for the rest of {his} days.", "From that {day} on, {h} and {f} were never far apart.",
    "That is why people in {town} still speak of {h} the {trade}.", "Then {h} went home, where the {pet} was "
    "waiting, and [slept|ate some {food}|lit the lamp].", "And that is the end of the story of {h} and the {c} {t}.",
    "In {town} they tell it every {season}, and it is always {n} {fruit} poorer or richer.".replace(
        "it is always {n} {fruit} poorer or richer", "it is a little different each time"),
]
QUESTIONS = [
    ("What was the {trade} called?", "[The {trade} was called {h}|{h}]."),
    ("What colour was the {t} of {h}?", "[It was {c}|The {t} was {c}]."),
    ("Where did {h} live?", "[{h} lived in {town}|In {town}]."),
    ("What was the trade of {h}?", "{h} was a {trade}."),
    ("Who was the friend in the story?", "[It was {f}|{f}]."),
    ("What did {h} own?", "{h} owned a {c} {t}."),
]
