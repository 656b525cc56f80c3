"""Short messages to the harbour office of the coast: `message(seed)` is a pure function of its seed and returns what
the writer wants (a number into `WISHES`) and the text.

The wishes share their words: who orders, offers, cancels, thanks, complains or says sorry writes of sending, coming,
days and things, and a "not" or an "if" tells one from the other. Around the sentence that counts stand others: some report
or quote what somebody else wants, which does not count. Rain has blotted out words of many messages ("…"), the
telling ones too at times, so that not all can be told.

    python3 messages.py --seed 7 --count 10
"""
import argparse
import random

from grammar import expand, facts, polish

MESSAGES = {
    "order": [
        "[Please|Would you please|Be so kind and] send me {n} {fruit} [by|on|before] {day}.",
        "I [want|need|should like] {k} [more|new] {t}s like the {c} one [that you sent|that came] in {season}.",
        "[If you still have|As you still have] the {c} {t}, send it to me [in|at] {town}, and I shall pay on {day}.",
        "Do not wait for {f}: send the {c} {t} [to me|to {town}] [now|on {day}|with the next boat].",
        "You asked what I want: [the {c} {t}|{n} {fruit}|{food} for {m}], and not later than {day}."],
    "cancel": [
        "Please do not send [me|us] the {n} {fruit} [that I asked for|that I wanted] [on {day}|last week].",
        "I no longer [want|need] the {c} {t} [that I ordered|that you were to send], so [keep it|sell it to {f}].",
        "If the {c} {t} has not [left|been sent] yet, [keep it|let it stay with you]: I [do not need it now|have one].",
        "I asked you to send {food} on {day}, but [it is not wanted now|we are not at home then]: [do not send it|let it be].",
        "[Strike out|Forget] what I ordered on {day}; I shall [not need it|do without the {t}]."],
    "offer": [
        "[If you want it|If you like], I can send you [my|a] {c} {t} [on {day}|with the next boat].",
        "I have {n} {fruit} more than I need; [you may have {k}|say if you want some], [and|for] I ask nothing for them.",
        "Do you need a {t}? [I do not need mine|Mine is {c} and hardly used], and it can come to you on {day}.",
        "I shall be in {town} on {day}, and could [bring|carry] your {t} [so that you need not send it|if you have no boat].",
        "The {c} {t} [is for sale|can be had] [at my house|in {town}], if you still want one [by|on] {day}."],
    "thank": [
        "Thank you for the {c} {t} [that came on {day}|that you sent]; [it is just what I wanted|we needed it].",
        "I cannot complain [this time|at all]: the {n} {fruit} came on {day}, and not one of them was bad.",
        "How [good|kind] of you to send the {c} {t} [so soon|before I asked|on {day}]!",
        "You need not be sorry that the {t} came late: I am [very glad of it|as happy as can be].",
        "Without the {food} that you sent on {day}, we should not have [got through {season}|been so happy]. [We shall not forget it|God bless you]."],
    "complain": [
        "The {c} {t} that [came|you sent] on {day} is not [the one that I ordered|what I wanted].",
        "I cannot thank you for the {n} {fruit}: [not one|only {k}] of them [was good|could be eaten].",
        "I am sorry to say that the {c} {t} came [broken|late|without its box], and [not for the first time|nobody says sorry].",
        "You said that the {t} would come on {day}, [and it is not here|but no boat has come|and I still wait for it].",
        "How could you send [such a {t}|{food} as old as this], [when I paid for a good one|after all that I ordered from you]?"],
    "apologise": [
        "I am [very|so] sorry that the {c} {t} that I sent you [came late|was not the one that you wanted|was broken].",
        "Please forgive me that I did not [send|pay for] the {n} {fruit} on {day}, [as I said I would|and do not be angry].",
        "You are right to complain: [I forgot your {t}|the {t} was not good], and [it will not happen again|it was my fault].",
        "It was my fault, not {f}'s, that no {food} came [on {day}|when you needed it].",
        "I [should not have|wish that I had not] [sold|lent] your {c} {t} to {f}; [can you forgive it|I am ashamed of it]."],
    "ask": [
        "Has the {c} {t} that I [ordered|sent] on {day} come [to you|to {town}] [yet|or not]?",
        "Please [tell me|send word|let me know] whether you still have the {c} {t}, [and what it costs|and if it is whole].",
        "I should like to know [if|whether] the boat to {town} goes on {day}, [or not before {season}|if the sea is not too high].",
        "You did not say how many {fruit} you [want|sent|need]: was it {n} or {k}?",
        "Did you not [get|see] the {t} that I sent on {day}, [or did you not want it|or has {f} got it]?"],
    "answer": [
        "Yes, the {c} {t} [has come|came on {day}], as you asked, [and it is whole|and nothing is broken].",
        "No, I have not [seen|got|sent] the {c} {t} [of which you ask|that you ask for].",
        "You ask [how many {fruit} there are|what is left]: there are {n}, [and {k} of them are not good|not counting yours].",
        "To your question [of {day}|about the boat]: it [does not go|goes] to {town} on {day}, [if the sea is not too high|as ever].",
        "It was {n}, not {k}, as you [asked|wanted to know], and {f} [sent|ordered] them on {day}."],
    "warn": [
        "Do not send [the boat|your {t}|anybody] to {town} on {day}: the {place} is not safe.",
        "If you come [by the {place}|to {town}], do not trust the {trade2} who [sells|asks for] a {c} {t}.",
        "[Take care|Look out]: the {food} that came on {day} is bad, and should not be eaten.",
        "Nobody should [sail|go out] before {day}, [for the sea will be high|for a storm comes], and what is not tied will be lost.",
        "Keep your {t} [locked up|in the house]: {n} have been [stolen|lost] in {town}, and yours [may be next|will not be the last]."],
    "invite": [
        "Would you like to come to [us|my house] in {town} on {day}? There will be {food} [and {FOOD}|for all].",
        "Come on {day} [if you can|with {f}], and do not bring [anything|food]: we have {n} {fruit}.",
        "We [should be glad|want] to see you [and your {kin}] at the {place} on {day}, when my {kin} [sings|is {n}].",
        "Please say that you will not be away on {day}: [we eat {food}|there is dancing] at the {place}, and [a place is kept for you|you must be there].",
        "If the sea is not too high, [eat with us|be our guest] on {day}; {f} [comes too|will be there]."],
}
AROUND = [
    "It [has been|was] {W} [here|in {town}] since {day}.", "{f} [sends you greetings|asks after you].",
    "My {kin} is {FEEL}, [as ever|and so am I].", "The {trade2} [of|from] {town2} [reads this to me|writes this for me].",
    "You know the {c2} {t2} [in|at] the {PLACE}.", "We have {m} [boats|guests] [now|this week].",
    "I [write|send this] from {town2}, [and not from home|where I stay till {day}].",
    "Yesterday a {ADJ} {ANIMAL} came into the {PLACE}.", "The boat [came late|did not come] on {day}.",
    "{f} [thanks you for|is sorry for|asks for|wants|complains of|no longer wants] the {c2} {t2}.",
    "{f} says that you [should not come|may come] on {day}.", "{f} [wants to know|asks] if you need a {t2}.",
    "My {kin} has ordered a {t2} [from you|from {f}], and [thanks you|is not glad of it].",
    "[I do not know what {f} wants|What {f} wants is not my affair]."]
QUOTES = ['{f} [wrote|said] to me: "LINE"', '"LINE", [so|or so] {f} [wrote|writes|says].', 'I was told by {f}: "LINE"',
          '{f} asks me to write you this: "LINE"', '"LINE": these are the words of {f}, not mine.']
WISHES = list(MESSAGES)
BLOT = "…"


def around(rng):
    """A sentence that does not count."""
    if rng.random() < 0.6:
        return rng.choice(AROUND)
    line = rng.choice(MESSAGES[rng.choice(WISHES)])
    frame = rng.choice(QUOTES)
    return frame.replace("LINE", line if frame.endswith('LINE"') else line.removesuffix("."))


def blotted(rng, text):
    """The text after rain: three in four have lost a third, a half or two thirds of their words."""
    share = rng.choice([0, 0.35, 0.55, 0.7])
    return " ".join(BLOT if rng.random() < share else word for word in text.split(" "))


def message(seed):
    rng = random.Random(seed)
    number = rng.randrange(len(WISHES))
    fact = facts(rng)
    lines = [around(rng) for _ in range(rng.randrange(0, 4))]
    lines.insert(rng.randrange(0, len(lines) + 1), rng.choice(MESSAGES[WISHES[number]]))
    text = polish(" ".join(expand(rng, line, fact) for line in lines))
    return number, blotted(rng, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Print messages.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    for seed in range(options.seed, options.seed + options.count):
        wish, text = message(seed)
        print(f"{WISHES[wish]:10} {text}")
