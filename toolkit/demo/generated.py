"""Invented provider answers: real brands and models, colourways and codes nobody ever sold.

Everything is drawn from one generator with a fixed seed, in a fixed order, so that the same
`now` gives the same recording on every machine.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from toolkit.demo.payloads import GOOD_BOX, NEW, PER_POUND, Json, Recording


def _words(text: str) -> list[str]:
    return text.split()


DAYS = 7
SIZES = [3.5 + half / 2 for half in range(30)]
ALIAS_SALES = 1500
AWIN_ROWS = 300
STOCKX_SALES = 2000
_SEED = 20260115

# brand, what Alias calls it, model, style code pattern, US retail price
_MODELS = (
    ("Nike", "Nike", "Dunk Low Retro", "{a}{n4}-{n3}", 115),
    ("Nike", "Nike", "Air Max 95 OG", "{a}{n4}-{n3}", 190),
    ("Nike", "Nike", "Air Force 1 Low", "{a}{n4}-{n3}", 115),
    ("Nike", "Nike", "Zoom Vomero 5", "{a}{n4}-{n3}", 160),
    ("Nike", "Nike", "P-6000", "{a}{n4}-{n3}", 110),
    ("Jordan", "Air Jordan", "1 Retro High OG", "{a}{n4}-{n3}", 180),
    ("Jordan", "Air Jordan", "3 Retro", "{a}{n4}-{n3}", 200),
    ("Jordan", "Air Jordan", "4 Retro", "{a}{n4}-{n3}", 215),
    ("Jordan", "Air Jordan", "11 Retro", "{a}{n4}-{n3}", 235),
    ("adidas", "adidas", "Samba OG", "{a}{n4}", 100),
    ("adidas", "adidas", "Gazelle Indoor", "{a}{n4}", 120),
    ("adidas", "adidas", "Handball Spezial", "{a}{n4}", 110),
    ("New Balance", "New Balance", "990v6", "U{n3}{a}6", 200),
    ("New Balance", "New Balance", "2002R", "M{n4}{a}", 140),
    ("ASICS", "ASICS", "Gel-1130", "12{n2}{z}{n3}-{n3b}", 95),
    ("ASICS", "ASICS", "Gel-Kayano 14", "12{n2}{z}{n3}-{n3b}", 150),
)
# One shoe in eight is a women's, one in sixteen is sold from youth sizes up.
_GENDERS = {5: "women", 13: "women", 10: "unisex"}
_TONES = _words(
    "Harbour Clay Moss Paper Copper Night Saffron Slate Birch Coral Indigo Ember Lichen Chalk"
)
_THINGS = _words("Lantern Ledger Ferry Orchard Signal Atlas Tide Quarry")
# The makers' charts: EU sizes from US men's 3.5 on, in half sizes.
_EU = _words(
    "35.5 36 36.5 37.5 38 38.5 39 40 40.5 41 42 42.5 43 44 44.5 45 45.5 46 47 47.5 48 48.5 "
    "49 49.5 50 50.5 51 51.5 52 52.5"
)
_CM = (22.5, 23, 23.5, 23.5, 24, 24, 24.5)
_EXTRAS = (
    ("PRODUCT_CONDITION_USED", GOOD_BOX),
    (NEW, "PACKAGING_CONDITION_NO_ORIGINAL_BOX"),
    (NEW, "PACKAGING_CONDITION_BADLY_DAMAGED"),
    ("PRODUCT_CONDITION_NEW_WITH_DEFECTS", GOOD_BOX),
    ("PRODUCT_CONDITION_USED", "PACKAGING_CONDITION_MISSING_LID"),
)
_PICTURES = ("OUTER", "INNER", "TOP", "BACK", "UNDER", "SIZE_TAG", "PACKAGING", "EXTRA")
_STATES = (
    "California",
    "New York",
    "Oregon",
    "Texas",
    "Florida",
    "New Jersey",
    "Illinois",
    "Kentucky",
    "Washington",
    "District of Columbia",
)
_GERMAN = ("weiss", "schwarz", "grau", "blau", "Orange", "gruen", "beige", "rot")
# symbol, company, exchange, about its price, millions of shares
_COMPANIES = (
    ("AAPL", "Apple Inc.", "NASDAQ", 245.0, 14800),
    ("MSFT", "Microsoft Corporation", "NASDAQ", 430.0, 7430),
    ("NVDA", "NVIDIA Corporation", "NASDAQ", 150.0, 24300),
    ("AMZN", "Amazon.com, Inc.", "NASDAQ", 215.0, 10600),
    ("GOOGL", "Alphabet Inc.", "NASDAQ", 190.0, 12100),
    ("META", "Meta Platforms, Inc.", "NASDAQ", 610.0, 2520),
    ("TSLA", "Tesla, Inc.", "NASDAQ", 330.0, 3220),
    ("NKE", "NIKE, Inc.", "NYSE", 72.0, 1480),
    ("JPM", "JPMorgan Chase & Co.", "NYSE", 255.0, 2780),
    ("V", "Visa Inc.", "NYSE", 320.0, 1930),
    ("KO", "The Coca-Cola Company", "NYSE", 68.0, 4300),
    ("PEP", "PepsiCo, Inc.", "NASDAQ", 148.0, 1370),
    ("DIS", "The Walt Disney Company", "NYSE", 104.0, 1810),
    ("INTC", "Intel Corporation", "NASDAQ", 22.0, 4360),
    ("AMD", "Advanced Micro Devices, Inc.", "NASDAQ", 128.0, 1620),
    ("WMT", "Walmart Inc.", "NYSE", 95.0, 8030),
    ("COST", "Costco Wholesale Corporation", "NASDAQ", 960.0, 444),
    ("BA", "The Boeing Company", "NYSE", 182.0, 752),
    ("CAT", "Caterpillar Inc.", "NYSE", 360.0, 478),
    ("IBM", "International Business Machines Corporation", "NYSE", 235.0, 927),
    ("ORCL", "Oracle Corporation", "NYSE", 165.0, 2800),
    ("CRM", "Salesforce, Inc.", "NYSE", 285.0, 957),
    ("NFLX", "Netflix, Inc.", "NASDAQ", 910.0, 428),
    ("UBER", "Uber Technologies, Inc.", "NYSE", 74.0, 2090),
)


@dataclass(frozen=True)
class _Shoe:
    """One invented product. gender: men, women, or unisex for a run that starts in youth sizes."""

    brand: str
    alias_brand: str
    model: str
    colourway: str
    gender: str
    style_code: str
    retail: int
    released: date
    product_id: str
    premium: float

    @property
    def name(self) -> str:
        return f"{self.brand} {self.model} {self.colourway}"

    @property
    def catalog_id(self) -> str:
        wmns = "wmns " if self.gender == "women" else ""
        return _slug(f"{wmns}{self.alias_brand} {self.model} {self.colourway} {self.style_code}")

    def size(self, men: float) -> float:
        """Return the number on the label of the shoe that is a US men's size men."""
        return men + 1.5 if self.gender == "women" else men

    def label(self, men: float) -> str:
        """Return what StockX calls the size: 9, 7.5W, or 3.5Y up to 7Y in a youth run."""
        if self.gender == "women":
            return f"{self.size(men):g}W"
        return f"{men:g}Y" if self.gender == "unisex" and men <= 7 else f"{men:g}"


def generate(now: datetime) -> Recording:
    """Return the recording as of now, its daily prices ending with that day."""
    random = Random(_SEED)  # noqa: S311 -- repeatable on purpose
    shoes = _shoes(random, now)
    recording = Recording(
        name="generated",
        now=now,
        stockx_products=[_stockx_product(shoe) for shoe in shoes],
        stockx_variants={},
        stockx_market_data={},
        alias_items=[_alias_item(shoe) for shoe in shoes],
        alias_availabilities={},
        alias_sales={},
        awin_rows=[],
        fmp_quotes={quote["symbol"]: [quote] for quote in _quotes(random, now)},
        stockx_sales=_stockx_sales(random),
        daily_prices=[],
    )
    for shoe in shoes:
        _add_prices(recording, shoe, random)
    _add_alias_sales(recording, shoes, random)
    recording.awin_rows.extend(_awin_rows(recording, shoes, random))
    return recording


def _shoes(random: Random, now: datetime) -> list[_Shoe]:
    shoes: list[_Shoe] = []
    taken: set[str] = set()
    for number in range(112):
        brand, alias_brand, model, pattern, retail = _MODELS[number % 16]
        code = _style_code(random, pattern, taken)
        gender = _GENDERS.get((number * 3 + number // 16) % 16, "men")
        shoes.append(
            _Shoe(
                brand=brand,
                alias_brand=alias_brand,
                model=model,
                colourway=f"{_TONES[number % 14]} {_THINGS[number // 14]}",
                gender=gender,
                style_code=code,
                retail=retail,
                released=now.date() - timedelta(days=random.randrange(30, 1500)),
                product_id=_uuid(random),
                premium=random.uniform(0.75, 1.6) * (1.8 if number % 9 == 0 else 1),
            )
        )
    return shoes


def _style_code(random: Random, pattern: str, taken: set[str]) -> str:
    while True:
        code = pattern.format(
            a=random.choice(("QX", "ZQ", "XV", "VZ", "YQ")),
            z=random.choice("XYZ"),
            n2=f"{random.randrange(10, 99)}",
            n3=f"{random.randrange(100, 999)}",
            n3b=f"{random.randrange(1, 8)}00",
            n4=f"{random.randrange(1000, 9999)}",
        )
        if code not in taken:
            taken.add(code)
            return code


def _stockx_product(shoe: _Shoe) -> Json:
    charts = {
        "men": [("US M", "us m"), ("US W", "us w")],
        "women": [("US W", "us w"), ("US M", "us m")],
        "unisex": [("US", "us")],
    }[shoe.gender] + [("UK", "uk"), ("CM", "cm"), ("KR", "kr"), ("EU", "eu")]
    title = f"{shoe.name} (Women's)" if shoe.gender == "women" else shoe.name
    return {
        "productId": shoe.product_id,
        "brand": shoe.brand,
        "productType": "sneakers",
        "styleId": shoe.style_code,
        "urlKey": _slug(f"{title} {shoe.style_code}"),
        "title": title,
        "productAttributes": {
            "color": None,
            "colorway": shoe.colourway.replace(" ", "/"),
            "gender": shoe.gender,
            "releaseDate": shoe.released.isoformat(),
            "retailPrice": shoe.retail,
            "season": None,
        },
        "sizeChart": {
            "defaultConversion": {"name": charts[0][0], "type": charts[0][1]},
            "availableConversions": [{"name": name, "type": kind} for name, kind in charts],
        },
        "isFlexEligible": True,
        "isDirectEligible": True,
    }


def _conversions(shoe: _Shoe, men: float) -> list[tuple[str, str]]:
    """Return (label, type) of one size in every scale, its own scale first."""
    centimetres = men + 18 if shoe.brand == "adidas" or men >= 7 else _CM[int((men - 3.5) * 2)]
    if shoe.gender == "women":
        british = f"UK {men - 1:g}"
    elif men in (6.5, 7):
        british = f"UK 6 (EU {_eu(shoe, men)})"
    else:
        british = f"UK {men - 0.5 if men < 7 else men - 1:g}"
    own = {
        "men": [(f"US M {men:g}", "us m")],
        "women": [(f"US W {men + 1.5:g}", "us w")],
        "unisex": [(f"US {shoe.label(men)}", "us")],
    }[shoe.gender]
    others = {
        "men": [(f"US W {men + 1.5:g}", "us w")],
        "women": [(f"US M {men:g}", "us m")],
        "unisex": [],
    }[shoe.gender]
    return [
        *own,
        (british, "uk"),
        (f"CM {centimetres:g}", "cm"),
        (f"KR {centimetres * 10:g}", "kr"),
        (f"EU {_eu(shoe, men)}", "eu"),
        *others,
    ]


def _eu(shoe: _Shoe, men: float) -> str:
    if shoe.brand != "adidas":
        return _EU[int((men - 3.5) * 2)]
    whole, thirds = divmod(round((36 + (men - 4) * 4 / 3) * 3), 3)
    return f"{whole}" + ("", " 1/3", " 2/3")[thirds]


def _add_prices(recording: Recording, shoe: _Shoe, random: Random) -> None:
    """Add one product's variants, daily prices and current prices on both platforms."""
    variants: list[Json] = []
    markets: dict[str, Json] = {}
    availabilities: list[Json] = []
    for position, men in enumerate(SIZES):
        variant_id = _uuid(random)
        variants.append(_variant(shoe, men, position, variant_id, random))
        value = (
            shoe.retail
            / PER_POUND["USD"]
            * shoe.premium
            * (1 + 0.12 * abs(position - 12) / 12 + random.uniform(-0.04, 0.04))
        )
        abroad = random.uniform(0.97, 1.06) * PER_POUND["USD"]
        pounds: Json = {}
        dollars: Json = {}
        for day in range(DAYS):
            value *= 1 + random.uniform(-0.018, 0.018)
            on = (recording.now.date() - timedelta(days=DAYS - 1 - day)).isoformat()
            common = {"style_id": shoe.style_code, "date": on}
            pounds = _day(random, value)
            dollars = _day(random, value * abroad)
            recording.daily_prices.append(
                {
                    "platform": "stockx",
                    "product_id": shoe.product_id,
                    "variant_id": variant_id,
                    "size": shoe.label(men),
                    **common,
                    **pounds,
                }
            )
            recording.daily_prices.append(
                {
                    "platform": "alias",
                    "product_id": shoe.catalog_id,
                    "variant_id": None,
                    "size": f"{shoe.size(men):g}",
                    **common,
                    **dollars,
                }
            )
        markets[variant_id] = _market(shoe.product_id, variant_id, pounds, random)
        availabilities += _availabilities(shoe.size(men), dollars, random)
    recording.stockx_variants[shoe.product_id] = variants
    recording.stockx_market_data[shoe.product_id] = markets
    recording.alias_availabilities[shoe.catalog_id] = availabilities


def _day(random: Random, value: float) -> dict[str, int | None]:
    """Return one day's prices around value: gaps as in life, and now and then a crossed book."""
    ask = None if random.random() < 0.06 else round(value)
    bid = None if random.random() < 0.05 else round(value * random.uniform(0.62, 0.94))
    if ask and random.random() < 0.01:
        bid = round(ask * random.uniform(1.01, 1.08)) + 1
    last = None if random.random() < 0.08 else round(value * random.uniform(0.85, 1.0))
    if ask is None and bid is None and last is None:
        last = round(value)
    return {"lowest_ask": ask, "highest_bid": bid, "last_sale": last}


def _variant(shoe: _Shoe, men: float, position: int, variant_id: str, random: Random) -> Json:
    conversions = _conversions(shoe, men)
    return {
        "productId": shoe.product_id,
        "variantId": variant_id,
        "variantName": f"{shoe.name.replace(' ', '-')}:{position}",
        "variantValue": shoe.label(men),
        "sizeChart": {
            "defaultConversion": {"size": shoe.label(men), "type": conversions[0][1]},
            "availableConversions": [{"size": size, "type": kind} for size, kind in conversions],
        },
        "gtins": [{"identifier": _upc(random), "type": "UPC"}] if random.random() < 0.93 else [],
        "isFlexEligible": True,
        "isDirectEligible": True,
    }


def _market(product_id: str, variant_id: str, day: Json, random: Random) -> Json:
    ask, bid = day["lowest_ask"], day["highest_bid"]
    flex = ask + random.randrange(4) if ask is not None and random.random() < 0.6 else None
    middle = None if ask is None or bid is None else round((ask + bid) / 2)
    earn_more = None if ask is None else max(1, round(ask * 0.9))

    def block(lowest: int | None, faster: int | None, more: int | None) -> Json:
        return {
            "lowestAsk": _text(lowest),
            "highestBidAmount": _text(bid),
            "sellFaster": _text(faster),
            "earnMore": _text(more),
            "beatUS": _text(faster),
        }

    return {
        "productId": product_id,
        "variantId": variant_id,
        "currencyCode": "GBP",
        "highestBidAmount": _text(bid),
        "lowestAskAmount": _text(ask),
        "flexLowestAskAmount": _text(flex),
        "earnMoreAmount": _text(earn_more),
        "sellFasterAmount": _text(middle),
        "standardMarketData": block(ask, middle, earn_more),
        "flexMarketData": block(flex, flex and middle, flex and earn_more),
        "directMarketData": block(flex, flex and middle, flex and earn_more),
    }


def _availabilities(size: float, day: Json, random: Random) -> list[Json]:
    """Return what Alias answers for one size: new with a good box, consigned too, and worse."""
    ask, offer = day["lowest_ask"], day["highest_bid"]
    dearer = None if ask is None or random.random() < 0.3 else ask + random.randrange(2, 15)
    answers = [
        _availability(size, NEW, GOOD_BOX, False, ask, offer, day["last_sale"]),
        _availability(size, NEW, GOOD_BOX, True, dearer, offer, day["last_sale"]),
    ]
    if random.random() < 0.35:
        condition, box = random.choice(_EXTRAS)
        worn = None if ask is None else round(ask * random.uniform(0.5, 0.85))
        answers.append(_availability(size, condition, box, random.random() < 0.4, worn, None, None))
    return answers


def _availability(
    size: float,
    condition: str,
    box: str,
    consigned: bool,
    ask: int | None,
    offer: int | None,
    last: int | None,
) -> Json:
    return {
        "size": _number(size),
        "product_condition": condition,
        "packaging_condition": box,
        "consigned": consigned,
        "availability": {
            "lowest_listing_price_cents": str(100 * (ask or 0)),
            "highest_offer_price_cents": str(100 * (offer or 0)),
            "last_sold_listing_price_cents": str(100 * (last or 0)),
            "global_indicator_price_cents": "0",
        },
    }


def _alias_item(shoe: _Shoe) -> Json:
    wmns = "Wmns " if shoe.gender == "women" else ""
    sizes = [shoe.size(men) for men in SIZES]
    return {
        "catalog_id": shoe.catalog_id,
        "name": f"{wmns}{shoe.alias_brand} {shoe.model} '{shoe.colourway}'",
        "sku": shoe.style_code.replace("-", " "),
        "brand": shoe.alias_brand,
        "gender": "women" if shoe.gender == "women" else "men",
        "release_date": f"{shoe.released.isoformat()}T23:59:59.999Z",
        "product_category": "PRODUCT_CATEGORY_SHOES",
        "product_type": "sneakers",
        "size_unit": "SIZE_UNIT_US",
        "allowed_sizes": [
            {
                "display_name": f"{size:g}",
                "value": _number(size),
                "us_size_equivalent": _number(size),
            }
            for size in sizes
        ],
        "minimum_listing_price_cents": "2500",
        "maximum_listing_price_cents": "200000",
        "main_picture_url": f"https://images.example/{shoe.catalog_id}.png",
        "retail_price_cents": str(100 * shoe.retail),
        "colorway": shoe.colourway.replace(" ", "/"),
        "nickname": shoe.colourway,
        "requires_listing_pictures": False,
        "requested_pictures": [
            {"type": f"PICTURE_TYPE_{part}", "quantity": "3" if part == "EXTRA" else "1"}
            for part in _PICTURES
        ],
        "resellable": True,
        "product_category_v2": "shoes",
    }


def _add_alias_sales(recording: Recording, shoes: list[_Shoe], random: Random) -> None:
    """Add the single sales: no two alike, some equal but for the minute."""
    seen: set[tuple[str, str]] = set()
    sales: dict[str, list[Json]] = {shoe.catalog_id: [] for shoe in shoes}
    repeat: tuple[_Shoe, Json, datetime] | None = None
    while len(seen) < ALIAS_SALES:
        if repeat is not None and random.random() < 0.1:
            shoe, sale, moment = repeat
            moment -= timedelta(minutes=random.randrange(1, 9))
            sale = sale | {"purchased_at": _moment(moment)}
        else:
            shoe = random.choice(shoes)
            size = shoe.size(random.choice(SIZES))
            moment = recording.now - timedelta(milliseconds=random.randrange(60 * 86_400_000))
            dollars = round(shoe.retail * shoe.premium * random.uniform(0.85, 1.1))
            sale = {
                "purchased_at": _moment(moment),
                "price_cents": str(100 * dollars),
                "size": _number(size),
                "consigned": random.random() < 0.4,
                "catalog_id": shoe.catalog_id,
            }
        key = (shoe.catalog_id, sale["purchased_at"])
        if key not in seen:
            seen.add(key)
            sales[shoe.catalog_id].append(sale)
            repeat = (shoe, sale, moment)
    for catalog_id, rows in sales.items():
        recording.alias_sales[catalog_id] = sorted(
            rows, key=lambda sale: str(sale["purchased_at"]), reverse=True
        )


def _stockx_sales(random: Random) -> list[dict[str, str]]:
    """Return single sales as the spreadsheet of 2019 has them: no style code, no order id."""
    colours = [f"{tone}-{thing}" for thing in _THINGS[:2] for tone in _TONES]
    rows: list[dict[str, str]] = []
    while len(rows) < STOCKX_SALES:
        if rows and random.random() < 0.03:
            rows.append(dict(rows[-1]))
            continue
        yeezy = random.random() < 0.72
        colour = random.choice(colours)
        day = date(2017, 9, 1) + timedelta(days=random.randrange(530))
        released = date(2015, 6, 27) + timedelta(days=(colours.index(colour) * 41) % 1200)
        rows.append(
            {
                "Order Date": _american(day),
                "Brand": " Yeezy" if yeezy else "Off-White",
                "Sneaker Name": f"Adidas-Yeezy-Boost-350-V2-{colour}"
                if yeezy
                else f"Nike-Air-Presto-Off-White-{colour}",
                "Sale Price": f"${round(random.uniform(0.9, 6.5) * 220):,}",
                "Retail Price": "$220" if yeezy else "$160",
                "Release Date": _american(released),
                "Shoe Size": f"{random.choice(SIZES):g}",
                "Buyer Region": random.choice(_STATES),
            }
        )
    rows.sort(key=lambda row: _sortable(row["Order Date"]))
    return rows


def _awin_rows(recording: Recording, shoes: list[_Shoe], random: Random) -> list[dict[str, str]]:
    """Return the feed of a German shop: one row a size, EU sizes, euros."""
    rows: list[dict[str, str]] = []
    shop = [shoe for shoe in shoes if shoe.brand != "adidas"]
    for number, shoe in enumerate(shop):
        price = round(shoe.retail * 0.95 / 10) * 10
        colour = random.choice(_GERMAN)
        whose = ("Damen", "Women's") if shoe.gender == "women" else ("Herren", "Men's")
        code = shoe.style_code.replace("-", random.choice(".-_"))
        merchant_id = f"{3_000_000 + number * 617:09d}"
        picture = f"https://images.example/{merchant_id}.jpg"
        page = f"https://shop.example/product/{colour.lower()}-{merchant_id}/"
        variants = recording.stockx_variants[shoe.product_id]
        for position in sorted(random.sample(range(4, 24), 8)):
            if len(rows) == AWIN_ROWS:
                return rows
            gtins = variants[position]["gtins"]
            feed_id = f"{40_000_000_000 + len(rows) * 977}"
            rows.append(
                {
                    "aw_deep_link": f"https://feed.example/pclick?p={feed_id}",
                    "product_name": f"{shoe.brand} {shoe.model} {whose[0]}, {colour}",
                    "aw_product_id": feed_id,
                    "merchant_product_id": merchant_id,
                    "merchant_image_url": picture,
                    "description": "Ein Klassiker in neuen Farben, mit leichter Sohle und "
                    f"weichem Kragen. | {code}",
                    "merchant_category": f"{whose[1]} Footwear",
                    "search_price": f"{price}.00",
                    "merchant_name": "Schuhhaus Beispiel",
                    "merchant_id": "99001",
                    "category_name": f"{whose[1]} Footwear",
                    "category_id": "194" if shoe.gender == "women" else "189",
                    "aw_image_url": f"{picture}?w=200",
                    "currency": "EUR",
                    "delivery_cost": random.choice("04"),
                    "merchant_deep_link": page,
                    "language": "de",
                    "display_price": f"EUR{price}.00",
                    "data_feed_id": "99002",
                    "brand_name": shoe.brand,
                    "brand_id": "1114",
                    "colour": colour,
                    "model_number": merchant_id,
                    "delivery_time": "5 to 7 days",
                    "in_stock": "0" if random.random() < 0.09 else "1",
                    "stock_quantity": f"{random.randrange(1, 12)}",
                    "is_for_sale": "1",
                    "aw_thumb_url": f"{picture}?w=70",
                    "ean": f"0{gtins[0]['identifier']}" if gtins else f"0{_upc(random)}",
                    "Fashion:size": _eu(shoe, SIZES[position]),
                }
            )
    return rows


def _quotes(random: Random, now: datetime) -> list[Json]:
    quotes = []
    for symbol, name, exchange, about, millions in _COMPANIES:
        before = round(about * random.uniform(0.97, 1.03), 2)
        price = round(before * random.uniform(0.97, 1.03), 2)
        opened = round(before * random.uniform(0.99, 1.01), 2)
        cap: float = round(price * millions * 1_000_000)
        quotes.append(
            {
                "symbol": symbol,
                "name": name,
                "price": price,
                "changePercentage": round(100 * (price - before) / before, 5),
                "change": round(price - before, 2),
                "volume": random.randrange(900_000, 90_000_000),
                "dayLow": round(min(opened, price) * 0.993, 2),
                "dayHigh": round(max(opened, price) * 1.006, 2),
                "yearHigh": round(about * 1.31, 2),
                "yearLow": round(about * 0.74, 2),
                # The service returns a fraction of a dollar now and then.
                "marketCap": cap + 0.0005 if symbol == "NKE" else cap,
                "priceAvg50": round(about * random.uniform(0.94, 1.05), 4),
                "priceAvg200": round(about * random.uniform(0.88, 1.02), 5),
                "exchange": exchange,
                "open": opened,
                "previousClose": before,
                "timestamp": int(now.timestamp()) - random.randrange(60),
            }
        )
    return quotes


def _uuid(random: Random) -> str:
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def _upc(random: Random) -> str:
    """Return a valid 12-digit code of the range kept for use inside one shop."""
    digits = "4" + "".join(str(random.randrange(10)) for _ in range(10))
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return digits + str(-(3 * odd + even) % 10)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _number(size: float) -> float | int:
    """Return a size as JSON has it: 9, not 9.0."""
    return int(size) if size == int(size) else size


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _american(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year % 100:02d}"


def _sortable(day: str) -> tuple[int, ...]:
    month, dom, year = map(int, day.split("/"))
    return year, month, dom
