"""A package for the tests that has every construct of the language."""

from __future__ import annotations

RULES = """\
-- comment
field battery.capacity: Dec(6) =
  let b = requireSome(getFact("Battery", "battery:1"), "E001", "battery missing");
  toDec(6, requireSome(recordGet(b, "capacity_kwh"), "E002", "capacity missing"));

field battery.chemistry: Text =
  let c = unwrapOr(recordGet({"chemistry": "NMC"}, "chemistry"), "LFP");
  assert(oneOf(c, ["LFP", "NMC"]) && matches(c, "[A-Z]{3}"), "E004", "unknown \\u00e9 chemistry");
  c;

field battery.mass: Qty(kg) =
  sumQty("kg", map(getFactsByPrefix("Part", "part:"),
    \\p -> convert("g", "kg", toQty("g", requireSome(recordGet(p, "mass_g"), "E020", "mass missing")))));

field footprint: Dec(2) =
  round(2, toDec(2, 3000000) / field("battery.capacity"), "half_even");

field counts: Record(all: Int, dates: Map(Text, Date), heavy: List(Int)) = {
  "heavy": filter([1, 2, -3], \\n -> !(n <= 1) || false),
  "all": fold([1, 2], 0, \\sum n -> sum + n * - n),
  "dates": {"start": date("2025-01-31"), "end": date("2025-" + "02-01")}
};

field compliance: Bool =
  if field("footprint") <= 80000.00 then emitCompliance("ART-7", "PASS", "pcf")
  else qty(-1.5, kg) == qty(2, kg);
"""

TESTS = """\
example capacity: {
  fact battery("Battery", "battery:1") = { "capacity_kwh": 50.5, "tags": [true, null, -1, "x"] };
} => expect(battery.capacity, ==, 50.500000);
     expect(battery.capacity, >, 50);

property positive: cases(500) seed(42) {
  fact b("Battery", "battery:1") = { "capacity_kwh": cap, "more": { "r": [r] } };
} => forall cap: Dec(6), r: Record(n: Opt(Int)). implies(cap > 0, field("battery.capacity") > 0);
"""
