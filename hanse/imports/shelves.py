"""Categories for data that has none: the words of a product's name decide on which shelf it stands. Pure."""

import re
from typing import NamedTuple


class Shelf(NamedTuple):
    """`words` are singular; a product's name belongs here when it has one of them, singular or plural."""

    slug: str
    english: str
    chinese: str
    words: frozenset[str]


def shelf_of(name: str) -> Shelf:
    """The first shelf with a word of the name, `OTHER` when none has one."""
    tokens = re.findall(r"[a-z]+", name.lower().replace("'", ""))
    words = {form for token in tokens for form in (token, token.removesuffix("s"), token.removesuffix("es"))}
    return next((shelf for shelf in SHELVES if shelf.words & words), OTHER)


def _shelf(slug: str, english: str, chinese: str, words: str) -> Shelf:
    return Shelf(f"imported-{slug}", english, chinese, frozenset(words.split()))


ROOT = _shelf("goods", "Imported goods", "导入商品", "")
OTHER = _shelf("other", "Other things", "其他", "")

# The order decides: a season before a thing, a thing before its ornament ("candle holder with heart").
SHELVES = (
    _shelf(
        "christmas-easter",
        "Christmas and Easter",
        "圣诞与复活节",
        "christmas xmas advent santa reindeer bauble snowman snowflake nativity easter wreath rudolph tinsel",
    ),
    _shelf(
        "candles-lights",
        "Candles and lights",
        "蜡烛与灯饰",
        "candle candleholder candlestick candleabra tlight light nightlight lantern lamp lampshade chandelier incense "
        "torch match candlepot camphor burner scent scented tealight joss diffuser",
    ),
    _shelf(
        "bags",
        "Bags and purses",
        "包袋",
        "bag handbag washbag backpack rucksack shopper purse wallet suitcase luggage satchel holdall tote",
    ),
    _shelf(
        "jewellery",
        "Jewellery and accessories",
        "首饰与配饰",
        "necklace bracelet earring ring brooch bangle charm pendant bead hair hairclip comb bobble keyring key scarf shawl "
        "glove umbrella hat sunglass headband badge neckl headphone headdress diamante",
    ),
    _shelf(
        "bath-comfort",
        "Bath and comfort",
        "沐浴与舒适",
        "soap bath bathroom towel flannel warmer toothbrush cosmetic manicure nail lip balm sponge shower hot toilet "
        "cushion throw quilt blanket pillow bed slipper lavender washbag muff",
    ),
    _shelf(
        "kitchen",
        "Kitchen and dining",
        "厨房与餐饮",
        "mug cup teacup saucer bowl plate teapot tea cake cakestand cakecase baking bakelike jar bottle lunch lunchbox "
        "chopstick platter kitchen jug tray napkin spoon fork apron egg coffee tin snack cutter mould oven coaster "
        "placemat tablecloth dish beaker cutlery pantry jam butter milk picnic drinking straw tumbler glass cocktail "
        "ramekin recipe popcorn icing scoop biscuit toast sandwich colander pan pot chopping salt pepper sugar measure "
        "corkscrew salad squeezer dinner table breakfast trivet decanter goblet wine bread spatula fridge tagine cooking "
        "food ice",
    ),
    _shelf(
        "stationery",
        "Cards, paper and stationery",
        "贺卡、纸品与文具",
        "card wrap paper notebook sketchbook pencil pen tape sticker ribbon book postcard stationery tissue chalk tag "
        "envelope doily doilie journal diary calendar ruler eraser rubber stamp scrapbook album memo letter notelet "
        "notepad crayon sharpener origami blackboard chalkboard organiser passport post magnet giftwrap",
    ),
    _shelf(
        "toys-party",
        "Toys and party",
        "玩具与派对",
        "toy doll game puzzle skittle jigsaw teddy balloon bunting party child children baby puppet playhouse spinning "
        "domino marble helicopter piggy money bank garland confetti birthday fancy whistle windmill flag craft "
        "sewing knitting feltcraft painting mobile magic rocking dinosaur soldier bingo snap ludo skipping cadet paint",
    ),
    _shelf(
        "garden",
        "Garden",
        "园艺",
        "garden plant planter flowerpot watering parasol bird birdhouse birdcage gnome bucket hammock trowel seed patio "
        "windmill deckchair feeder nesting herb barbecue dovecote trellis",
    ),
    _shelf(
        "home",
        "Home decoration",
        "家居装饰",
        "sign frame photoframe clock mirror box boxes hook door doormat doorstop wall drawer knob cabinet rack hanger "
        "basket decoration dec hanging art vase shelf stool storage holder hook curtain rug picture ornament chair "
        "heart flower cover tile bell butterfly rose thermometer letterbox crate cabinet stand candy mirror screen "
        "bookend trinket paperweight laundry peg icicle mat chest doorknob plaque fan tree star ball block kit "
        "garland string lace",
    ),
)
