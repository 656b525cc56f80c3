"""The story grammar: `document(seed)` is a pure function of its seed and returns one text without end mark.

    python3 grammar.py --seed 7 --count 3        prints three documents
"""
import argparse
import random
import re

import lexicon as lex
import plots
import world

ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU]|honest)")
SENTENCE_START = re.compile(r"(^|[.!?] +|\.\" +|\n)(\"?)([a-z])")
FRESH = {"ADJ": (lex.ADJECTIVES, "trade"), "OADJ": (lex.OBJECT_ADJECTIVES, "t"), "ADV": (lex.ADVERBS, "h"),
         "W": (lex.WEATHERS, "town"), "PLACE": (lex.PLACES, "town"), "FOOD": (lex.FOODS, "town"),
         "ANIMAL": (lex.ANIMALS, "place"), "THING": (lex.THINGS, "trade"), "FEEL": (lex.FEELINGS, "h"),
         "DAY": (lex.DAYS, "season"), "KIN": (lex.KIN, "h"), "TRADE": (lex.TRADES, "town"),
         "SOUND": (lex.SOUNDS, "place"), "SAY": (plots.SAYINGS, "h")}  # slot: values, the fact whose habit they follow


def facts(rng):
    """The facts that a story keeps from its first line to its last question."""
    hero = rng.choice(world.NAMES)
    friend = world.habit(rng, "friend", hero, [name for name in world.NAMES if name != hero])
    she, friend_she = hero in lex.GIRLS, friend in lex.GIRLS
    trade, trade2 = world.two_habits(rng, "trade", hero, lex.TRADES)
    town, town2 = world.two_habits(rng, "town", hero, lex.TOWNS)
    thing, thing2 = world.two_habits(rng, "thing", trade, lex.THINGS)
    colour, colour2 = world.two_habits(rng, "colour", thing, lex.COLOURS)
    pet, pet2 = world.two_habits(rng, "pet", trade, lex.ANIMALS)
    place, place2 = world.two_habits(rng, "place", town, lex.PLACES)
    adjective, adjective2, adjective3 = rng.sample(lex.ADJECTIVES, 3)
    n = rng.randrange(5, 21)
    k = rng.randrange(2, min(n, 10))
    m = rng.randrange(2, 10)
    number = lex.NUMBERS
    return {
        "h": hero, "f": friend, "trade": trade, "trade2": trade2, "c": colour, "c2": colour2, "t": thing,
        "t2": thing2, "pet": pet, "pet2": pet2, "place": place, "place2": place2, "town": town, "town2": town2,
        "a": adjective, "b": adjective2, "a2": adjective3, "n": number[n], "k": number[k], "m": number[m],
        "nk": number[n - k], "km": number[k + m], "season": rng.choice(lex.SEASONS), "day": rng.choice(lex.DAYS),
        "kin": rng.choice(lex.KIN), "food": world.habit(rng, "food", hero, lex.FOODS),
        "fruit": world.habit(rng, "fruit", town, lex.FRUIT),
        "he": "she" if she else "he", "He": "She" if she else "He", "him": "her" if she else "him",
        "his": "her" if she else "his", "His": "Her" if she else "His",
        "fhe": "she" if friend_she else "he", "fhim": "her" if friend_she else "him",
        "fhis": "her" if friend_she else "his",
    }


def expand(rng, template, fact):
    """Draws alternatives innermost first, then fills slots until none is left."""
    def draw(match):
        choices = match.group(1).split("|")
        if "trade" not in fact:
            return rng.choice(choices)
        teller = fact["trade"] if len(match.group(1)) % 2 else fact["town"]  # each has a way of telling
        return world.habit(rng, match.group(1), teller, choices, 6)

    def fill(match):
        name = match.group(1)
        if name not in FRESH:
            return fact[name]
        values, key = FRESH[name]
        return world.habit(rng, name, fact.get(key), values)

    while "[" in template or "{" in template:
        template = ALTERNATIVES.sub(draw, template)
        template = SLOT.sub(fill, template)
    return template


def polish(text):
    """Sets the article before a vowel and capitals at the start of sentences."""
    text = ARTICLE.sub(lambda match: match.group(1) + "n ", text)
    return SENTENCE_START.sub(lambda match: match.group(1) + match.group(2) + match.group(3).upper(), text)


def questions(rng, fact, count):
    lines = []
    for question, answer in rng.sample(plots.QUESTIONS, count):
        lines.append(f"Question: {expand(rng, question, fact)}\nAnswer: {expand(rng, answer, fact)}")
    return "\n".join(lines)


def story(rng):
    fact = facts(rng)
    beats = list(plots.PLOTS[world.habit(rng, "plot", fact["h"], range(len(plots.PLOTS)), 2)])
    for line in rng.sample(plots.TEXTURE, rng.randrange(1, 4)):
        beats.insert(rng.randrange(1, len(beats)), line)
    opening = [rng.choice(plots.OPENINGS), rng.choice(plots.FACTS[:2])]
    opening += rng.sample(plots.FACTS[2:], rng.randrange(0, 3))
    middle = len(beats) // 2
    paragraphs = [opening, beats[:middle], beats[middle:] + [rng.choice(plots.ENDINGS)]]
    text = "\n".join(" ".join(expand(rng, line, fact) for line in lines) for lines in paragraphs)
    if rng.random() < 0.5:
        text += "\n" + questions(rng, fact, rng.randrange(1, 4))
    return text


def letter(rng):
    fact = facts(rng)
    lines = rng.sample([
        "I write to you from {town2}, where it has been {W} [since {day}|for {n} days].",
        "Do you remember the {c} {t} that I lent you in {season}? [Please bring it back|You may keep it].",
        "Yesterday a {ADJ} {ANIMAL} came into the {PLACE} and ate all the {food}.",
        "There are now {n} boats in the harbour, and {k} of them are {c2}.",
        "My {kin} asks after you, and hopes that you are no longer {FEEL}.",
        "The {trade2} here is {ADJ}, but [makes good {FOOD}|knows many songs|talks too much].",
        "[If|When] the road by the {place} is open, I shall come to {town} {ADV}."], rng.randrange(3, 6))
    body = " ".join(lines)
    return expand(rng, f"Dear {{f}},\n{body}\n[Your friend|With love|Yours {{ADV}}], {{h}}", fact)


def recipe(rng):
    fact = facts(rng)
    first, second, third = rng.sample(lex.INGREDIENTS, 3)
    return expand(rng, f"How {{h}} of {{town}} makes {{food}}\nTake {{k}} cups of {first}, a little {second} and a "
                  f"handful of {third}. [Mix|Stir|Beat] the {first} with the {second} {{ADV}}, [add|fold in] the {third},"
                  f" and [bake|cook|boil] it for {{n}} minutes [in a {{OADJ}} pot|over a low fire]. Serve it "
                  f"[hot|cold] on {{day}}, with {{FOOD}}, to {{m}} guests or one {{ADJ}} {{trade}}.", fact)


def poem(rng):
    fact = facts(rng)
    lines = []
    for group in rng.sample(lex.RHYMES, rng.randrange(2, 4)):
        for word in rng.sample(group, 2):
            line = rng.choice(["The {ADJ} {ANIMAL} thinks of", "{h} went out to look for", "And {SOUND} comes with",
                               "A {c} {t} can dream of", "Oh, {ADJ} {PLACE} of", "The {trade} sings about",
                               "And all of {town} [speaks of|waits for]"])
            lines.append(f"{line} [the|some] {word}" + ("," if len(lines) % 2 == 0 else "."))
    return expand(rng, "A [song|poem|rhyme] by {h}\n" + "\n".join(lines), fact)


def counting(rng):
    """Short sums in words, with a name and a thing to carry along."""
    fact = facts(rng)
    return expand(rng, rng.choice([
        "{h} has {n} {fruit} and gives {k} of them to {f}. [How many are left|How many has {h} now]?\n"
        "Answer: {nk} {fruit}.",
        "{h} has {k} {fruit}, and {f} has {m}. How many have they together?\nAnswer: {km} {fruit}.",
        "There were {n} {fruit} in the {c} {t}. A {pet} took {k}. {f} counted the rest.\nQuestion: How many were "
        "left, and where?\nAnswer: {nk} {fruit}, in the {c} {t}."]), fact)


def inventory(rng):
    """Who keeps which thing: several facts, then a question about one of them."""
    people = rng.sample(lex.GIRLS + lex.BOYS, rng.randrange(3, 6))
    rows = [(name, rng.choice(lex.COLOURS), thing, rng.choice(lex.PLACES))
            for name, thing in zip(people, rng.sample(lex.THINGS, len(people)))]
    text = " ".join(expand(rng, f"{name} [keeps|has|hides] a {colour} {thing} [in|at] the {place}.", {})
                    for name, colour, thing, place in rows)
    name, colour, thing, place = rng.choice(rows)
    question, answer = rng.choice([(f"Who has the {thing}?", f"{name}."), (f"What does {name} have?",
                                   f"A {colour} {thing}."), (f"What colour is the {thing}?", f"It is {colour}."),
                                   (f"Where is the {thing} of {name}?", f"At the {place}.")])
    return f"{text}\nQuestion: {question}\nAnswer: {answer}"


KINDS = [(story, 38), (letter, 5), (recipe, 4), (poem, 4), (counting, 4), (inventory, 4), (world.almanac, 22),
         (world.register, 22)]


def document(seed):
    rng = random.Random(seed)
    kind = rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return polish(kind(rng))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print documents of the story grammar.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3)
    options = parser.parse_args()
    print("\n\n".join(document(options.seed + i) for i in range(options.count)))
