"""Word lists of the story grammar. Every list is drawn from uniformly."""

def words(text):
    return [entry.strip().replace("_", " ") for entry in text.split()]

GIRLS = words("""Mara Elsie Nora Tilda Wren Ida Ottilie Hazel Juna Pearl Sela Bryony Maeve Linnet Dora Greta
Isla Petra Rosalind Vera Annika Clover Fern Imogen Kestrel Lotte Marigold Nell Olwen Posy Rhoda Saskia Thea
Una Winnie Yara Zelda Agnes Bettine Cora""")
BOYS = words("""Tobias Finn Oskar Edwin Jory Milo Casper Hugo Anselm Barnaby Corin Dunstan Emil Fergus Gideon
Hollis Ivo Jasper Kit Leander Magnus Ned Orrin Piers Quill Rowan Silas Tam Ulric Victor Wilf Alban Bram
Cedric Duncan Elias Felix Gregor Henrik Isak""")
TOWNS = words("""Saltmere Harrowgate Windle Pebblewick Norsey Thornhaven Gullport Mistlea Amberford Crane_Hollow
Dunmarsh Eastling Fenwick Greywater Heronsby Inkwell_Bay Juniper_Hill Kelpstow Larkrise Mossley Nettlecombe
Otterbourne Penhallow Quarry_End Ravensea Shellcombe Tidewell Underwood Wexcliff Yarrow_Bridge""")
TRADES = words("""lighthouse_keeper baker fisher weaver clockmaker ferryman gardener miller potter glassblower
beekeeper shepherd carpenter tailor bookbinder sailor blacksmith candlemaker cobbler net-mender mapmaker
stonemason musician basket-maker postmaster harbour_master schoolteacher innkeeper toymaker sailmaker""")
COLOURS = words("red blue green yellow white black silver golden purple brown grey orange pink scarlet violet")
THINGS = words("""lantern compass kettle scarf box bell key button drum umbrella teapot whistle notebook blanket
basket boat flute hat mirror ribbon spoon cup coat map telescope marble feather kite ladder bucket clock
hammer bottle fiddle thimble candlestick bracelet knife shell oar satchel paintbrush sled pipe chest""")
ANIMALS = words("""gull otter seal fox badger heron owl hedgehog goat crow cat dog donkey hare squirrel toad duck
swan mouse pony rabbit lamb crab turtle sparrow goose magpie mole stoat whale""")
ADJECTIVES = words("""old small quiet bright crooked gentle stubborn clever shy merry tired brave curious
lonely careful proud cheerful grumpy patient honest clumsy sleepy thoughtful kindly restless solemn""")
OBJECT_ADJECTIVES = words("""heavy tiny cracked polished rusty dusty battered handsome plain painted wooden
broken shining ancient borrowed splendid curious narrow tattered carved""")
ADVERBS = words("""slowly quietly carefully at_once softly gladly bravely without_a_word very_gently in_a_hurry
with_a_sigh with_a_smile proudly patiently eagerly""")
WEATHERS = words("""foggy windy rainy snowy stormy sunny frosty cloudy warm chilly misty still""")
PLACES = words("""harbour market mill forest beach quay chapel orchard meadow river bridge tower cave island
marsh boathouse well schoolhouse inn cliff garden workshop pier station hill barn library quarry lake dunes""")
FOODS = words("""bread soup plum_cake apple_pie porridge honey_cake fish_stew pancakes barley_broth gingerbread
cheese dumplings oatcakes roast_chestnuts blackberry_jam seed_buns onion_tart pear_pudding""")
INGREDIENTS = words("""flour butter honey salt milk oats apples plums onions barley carrots thyme ginger walnuts
cream leeks parsley raisins potatoes cinnamon pears mustard beans mushrooms""")
FRUIT = words("apples pears plums eggs shells buttons candles nets loaves coins ropes turnips fish letters lemons")
FEELINGS = words("glad sad afraid hopeful cross puzzled ashamed excited weary pleased worried calm surprised")
SEASONS = words("spring summer autumn winter")
DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
NUMBERS = words("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
                "sixteen seventeen eighteen nineteen twenty")
SOUNDS = words("the_wind the_waves the_rain a_bell an_owl distant_thunder footsteps the_gulls a_song the_mill_wheel")
KIN = words("grandmother grandfather aunt uncle mother father sister brother cousin")
RHYMES = [words(group) for group in (
    "sea me free tree bee key tea", "night light bright white sight kite flight", "day bay grey way hay play away",
    "sand hand land grand band", "snow glow low row slow ago below", "rain lane grain train again plain",
    "boat coat float note goat throat", "deep sleep keep sheep leap", "moon soon tune noon June spoon",
    "sky high by dry cry fly", "hill still mill will until", "shore door more roar floor before",
    "gold old cold told hold", "ground sound round found bound", "stone alone bone own grown")]
