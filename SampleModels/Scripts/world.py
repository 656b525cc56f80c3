"""The world behind the stories: who is fond of what, and what is sold where. All of it is fixed by name, so that
a model gains by remembering it: this is what fills the weights, and what coarse weights lose first."""
import functools
import random

import lexicon as lex

NAMES = lex.GIRLS + lex.BOYS


@functools.lru_cache(maxsize=None)
def ranking(kind, key, values):
    """The values from the likeliest to the rarest, for this key (a name, a trade, a town, …)."""
    order = list(values)
    random.Random(f"{kind}/{key}").shuffle(order)
    return order


def habit(rng, kind, key, values, steepness=5):
    """Draws a value by the habit of the key: rank = floor(n u^steepness), u uniform in [0, 1)."""
    return ranking(kind, key, tuple(values))[int(len(values) * rng.random() ** steepness)]


def two_habits(rng, kind, key, values):
    """Two different values by the same habit."""
    first = habit(rng, kind, key, values)
    second = first
    while second == first:
        second = habit(rng, kind, key, values, 2)
    return first, second


def fixed(kind, key, values):
    """The one value that belongs to the key."""
    return ranking(kind, key, tuple(values))[0]


@functools.lru_cache(maxsize=None)
def guests(town):
    """The people who are known in a town: each of them in about three of the thirty."""
    return [name for name in NAMES if random.Random(f"guest/{name}/{town}").random() < 3 / len(lex.TOWNS)]


def almanac(rng):
    """What is sold and seen in one town on each day, and who is known there."""
    town = rng.choice(lex.TOWNS)
    lines = [f"The almanac of {town}."]
    for day in rng.sample(lex.DAYS, rng.randrange(2, 5)):
        key = f"{town}/{day}"
        good, colour = fixed("good", key, lex.FRUIT), fixed("flag", key, lex.COLOURS)
        lines.append(rng.choice([
            f"On {day} they sell {good} at the {fixed('fair', key, lex.PLACES)}, under a {colour} flag.",
            f"{day} is the day of the {colour} flag, of {good} and of {fixed('dish', key, lex.FOODS)}.",
            f"Each {day} they eat {fixed('dish', key, lex.FOODS)} at the {fixed('fair', key, lex.PLACES)}."]))
    for name in rng.sample(guests(town), min(len(guests(town)), rng.randrange(2, 5))):
        key = f"{name}/{town}"
        thing, trade = fixed("bought", key, lex.THINGS), fixed("met", key, lex.TRADES)
        lines.append(rng.choice([
            f"Here {name} once bought a {thing} from the {trade}.",
            f"{name} comes each year to see the {trade}, and stays at the {fixed('stay', key, lex.PLACES)}.",
            f"If {name} asks for a {thing}, send word to the {trade}."]))
    return " ".join(lines)


def register(rng):
    """Questions whose answers stand nowhere in the text: they must be known."""
    lines = []
    for _ in range(rng.randrange(2, 6)):
        town, day = rng.choice(lex.TOWNS), rng.choice(lex.DAYS)
        name, key = rng.choice(guests(town)), f"{town}/{day}"
        question, answer = rng.choice([
            (f"What do they sell in {town} on {day}?", fixed("good", key, lex.FRUIT)),
            (f"Which flag flies in {town} on {day}?", f"the {fixed('flag', key, lex.COLOURS)} one"),
            (f"What do they eat in {town} on {day}?", fixed("dish", key, lex.FOODS)),
            (f"What did {name} buy in {town}?", f"a {fixed('bought', f'{name}/{town}', lex.THINGS)}"),
            (f"Whom does {name} know in {town}?", f"the {fixed('met', f'{name}/{town}', lex.TRADES)}")])
        lines.append(f"Question: {question}\nAnswer: {answer}.")
    return "\n".join(lines)
