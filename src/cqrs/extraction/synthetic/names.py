"""Invented names. None is a commissioner of England; practices and networks are plain words."""

REGIONS = (
    "Westlands",
    "Northern Fells",
    "Eastern Levels",
    "Middle Shires",
    "Capital",
    "Southern Downs",
    "Western Coombes",
)
"""Seven, as England has; the first holds the practice that the documents speak of."""

ICBS = (
    ("Westmere", "Alderfold", "Brackenside", "Coldharrow", "Fellmarch", "Gatherley Vale"),
    ("Harrowfell", "Ironbeck", "Kestrel Moor", "Lintondale", "Marlbeck", "Netherfell"),
    ("Ashlevel", "Cressmarsh", "Fenmere", "Goldenbroad", "Larkfen", "Saltreach"),
    ("Amberwold", "Birchcote", "Charnhollow", "Dovermere", "Elmstead Heath", "Foxholt"),
    ("Fairgate and Kingsreach", "Highmead", "Lowbridge", "Middlereach", "Stonegate", "Thamesholt"),
    ("Beaconwold", "Chalkmere", "Downham Ridge", "Hollowdean", "Osierbourne", "Weirford"),
    ("Combe Tarrow", "Heatherleigh", "Merrowcombe", "Otterwell", "Quarryhead", "Torrishaven"),
)
"""Six commissioners to a region, 42 in all; each is called NHS … ICB."""

STREETS = (
    "Abbey", "Acorn", "Alder", "Almond", "Ashgrove", "Bank", "Barley", "Beacon", "Beech",
    "Birch", "Blossom", "Bramley", "Bridge", "Brook", "Canal", "Castle", "Cedar", "Chapel",
    "Cherry", "Chestnut", "Church", "Cliff", "Clover", "Copper", "Cornfield", "Cross", "Dale",
    "Dovecote", "Elm", "Fairfield", "Falcon", "Fern", "Field", "Forge", "Fountain", "Garden",
    "Granary", "Green", "Grove", "Harbour", "Hawthorn", "Hazel", "Heath", "Heron", "Hill",
    "Holly", "Ivy", "Juniper", "Kiln", "King", "Lake", "Larch", "Laurel", "Lavender", "Lime",
    "Linden", "Lodge", "Manor", "Maple", "Market", "Meadow", "Mill", "Minster", "Moor", "Nelson",
    "Oak", "Old Station", "Orchard", "Park", "Pear Tree", "Pine", "Poplar", "Priory", "Quarry",
    "Queen", "Rectory", "River", "Rowan", "Saddler", "School", "Spring", "Stable", "Station",
    "Stone", "Sycamore", "Tannery", "Temple", "Thorn", "Tithe", "Tower", "Union", "Vale",
    "Vicarage", "Victoria", "Walnut", "Water", "Weaver", "Weir", "Well", "Wharf", "Willow",
    "Windmill", "Wood", "Yew Tree",
)  # fmt: skip
WAYS = ("Road", "Street", "Lane", "House", "Hill", "Court", "Park", "Green", "Row", "Close")
KINDS = ("Surgery", "Surgery", "Surgery", "Medical Centre", "Practice", "Health Centre")

LANDMARKS = (
    "Abbey", "Beacon", "Bridge", "Brook", "Canal", "Castle", "Cathedral", "Common", "Coppice",
    "Cross", "Dale", "Downs", "Fells", "Fen", "Ferry", "Forest", "Forge", "Gate", "Harbour",
    "Heath", "Hill", "Lakes", "Market", "Marsh", "Meadow", "Mill", "Minster", "Moor", "Orchard",
    "Park", "Priory", "Quarry", "Quay", "Ridge", "River", "Shore", "Spinney", "Spring", "Tower",
    "Vale", "Valley", "Wharf", "Woodland",
)  # fmt: skip

SUPPLIERS = ("Bramble Clinical", "Kestrel Records", "Tidewater Health", "Northlight Systems")
"""Four makers of clinical systems, the largest first."""

SUPPLIER_SHARES = (54, 34, 8, 4)
"""Of a hundred practices."""
