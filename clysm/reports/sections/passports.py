"""Passports: rule packages, products and series of the catalog, and what of them is built."""

from clysm.reports import shown
from clysm.reports.markup import Content, Markup, join, tag
from clysm.reports.places import Place
from clysm.reports.tables import Column, Row, table

PRODUCTS = 500  # in the table
CONTAINERS = 500  # of one series in the table


def passports(report: Place) -> Markup:
    """All that the catalog lists."""
    if not any(report[kind].value for kind in ("rules", "products", "series")):
        return tag("p", "There is no catalog of products, or nothing in it.")
    return join(_rules(report["rules"]), _products(report["products"]), _all_series(report["series"]))


def _rules(rules: Place) -> Content:
    columns = (
        Column("Rules"),
        Column("Status"),
        Column("Fields", True),
        Column("Tests", True),
        Column("Cases passed", True),
        Column("Version"),
    )
    numbers = ("fields", "tests", "cases_passed")
    rows = [
        Row(
            (
                shown.text(package["name"]),
                _state(package, "status"),
                *(_number(package["built"], key) for key in numbers),
                shown.code(package["rule_package_version_id"]),
            )
        )
        for package in rules
    ]
    return table("Rule packages", columns, rows) if rows else ""


def _products(products: Place) -> Content:
    columns = (
        Column("SKU"),
        Column("Name"),
        Column("Category"),
        Column("Rules"),
        Column("Passport"),
        Column("Payload (bytes)", True),
        Column("Proof (bytes)", True),
        Column("Receipt (bytes)", True),
        Column("Statements"),
        Column("Issued"),
        Column("Key"),
        Column("Payload hash"),
    )
    rows = []
    for index in range(min(len(products), PRODUCTS)):
        product = products[index]
        built = product["built"]
        cells: tuple[Content, ...] = (
            shown.text(product["sku"]),
            shown.text(product["name"]),
            shown.text(product["category"]),
            shown.text(product["rules"]),
            _state(product, None),
            *(_number(built, f"{name}_bytes") for name in ("payload", "proof", "receipt")),
            _statements(built["compliance"]) if built else shown.NONE,
            shown.time(built["issued_at"]) if built else shown.NONE,
            shown.text(built["signing_key_id"]) if built else shown.NONE,
            shown.hash_(built["payload_hash"]) if built else shown.NONE,
        )
        rows.append(Row(cells))
    if not rows:
        return ""
    more = tag("p", "The other products are in the JSON file.") if len(products) > PRODUCTS else ""
    return join(tag("p", shown.length(products), " products."), table("Products", columns, rows), more)


def _all_series(series: Place) -> Content:
    columns = (
        Column("Container"),
        Column("State"),
        Column("Passports", True),
        Column("Products", True),
        Column("Bytes", True),
        Column("SHA-256"),
    )
    parts: list[Content] = []
    for one in series:
        parts.append(
            tag(
                "h3",
                "Series ",
                shown.text(one["name"]),
                ": ",
                shown.number(one["passports"]),
                " passports of ",
                shown.number(one["products"]),
                " products, ",
                shown.number(one["size_bytes"]),
                " bytes",
            )
        )
        containers = [one["containers"][n] for n in range(min(len(one["containers"]), CONTAINERS))]
        rows = [
            Row(
                (
                    shown.code(container["path"]),
                    _state(container, None),
                    _number(container["built"], "passports"),
                    shown.number(container["products"]),
                    _number(container["built"], "size_bytes"),
                    shown.hash_(container["built"]["sha256"]) if container["built"] else shown.NONE,
                )
            )
            for container in containers
        ]
        parts.append(table("Containers", columns, rows) if rows else "")
        if len(one["containers"]) > CONTAINERS:
            parts.append(tag("p", "The other containers are in the JSON file."))
    return join(parts)


def _state(entry: Place, key: str | None) -> Markup:
    """Whether it is built; what it says of itself by `key`; or why it cannot be read."""
    if entry["built"]:
        return (
            shown.word(entry["built"][key]) if key is not None else tag("strong", "built", class_="word yes")
        )
    if entry["problem"]:
        return tag("strong", shown.text(entry["problem"]), class_="word no")
    return tag("strong", "not built", class_="word skipped")


def _number(built: Place, key: str) -> Markup:
    return shown.number(built[key]) if built else shown.NONE


def _statements(compliance: Place) -> Markup:
    """How many statements have each status."""
    items = [
        tag("li", tag("bdi", status, data_name=True), ": ", shown.number(compliance[status]))
        for status in compliance.names()
    ]
    return tag("ul", items)
