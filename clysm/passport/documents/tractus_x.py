"""Tractus-X, battery passport 6.1.0. Units are those its model fixes: V, W, Ah, kWh, ohm, kg CO2e per kWh."""

from typing import Final

from clysm.passport.documents.readings import listed, measured, plain, scaled
from clysm.passport.documents.rows import KILOGRAMS, Row, category, links, share, status

RATED: Final = "/performance/rated"
DYNAMIC: Final = "/performance/dynamic"
CYCLE_TEST: Final = f"{RATED}/lifetime/cycleLifeTesting"
FOOTPRINT: Final = "/sustainability/carbonFootprint/0"

TRACTUS_X: Final = (
    Row("identity", "passport", "/metadata/passportIdentifier", plain),
    Row("identity", "category", "/identification/category", category),
    Row("identity", "identification", "/identification/identification", plain),
    Row("identity", "manufactured", "/operation/manufacturer/manufacturingDate", plain),
    Row("identity", "placed_on_market", "/commercial/placedOnMarket", plain),
    Row("maker", "operator", "/metadata/economicOperatorId", plain),
    Row("maker", "name", "/operation/manufacturer/manufacturer", plain),
    Row("maker", "plant", "/operation/manufacturer/facility", plain),
    Row("battery", "weight_kg", "/characteristics/physicalDimension/weight", measured(KILOGRAMS)),
    Row("battery", "capacity_Ah", f"{RATED}/capacity/value", scaled(0)),
    Row("battery", "energy_kWh", f"{RATED}/energy/value", scaled(0)),
    Row("battery", "chemistry", "/identification/chemistry", plain),
    Row("battery", "composition", "/materials/composition", listed("/id/0/name", "/id/0/id")),
    Row(
        "hazards",
        "substances",
        "/materials/hazardous/other",
        listed("/materialIdentification/0/name", "/materialIdentification/0/id"),
    ),
    Row("hazards", "extinguishing_agent", "/safety/usableExtinguishAgent", listed("/media")),
    Row("hazards", "measures", "/safety/safetyMeasures", links),
    Row(
        "materials", "critical", "/materials/composition", listed("/id/0/name", "/id/0/id", where="critical")
    ),
    Row("materials", "cobalt", "/materials/active/cobalt/recycled", share),
    Row("materials", "lithium", "/materials/active/lithium/recycled", share),
    Row("materials", "nickel", "/materials/active/nickel/recycled", share),
    Row("materials", "lead", "/materials/hazardous/lead/recycled", share),
    Row("materials", "renewable_pct", "/materials/composition/0/renewable", scaled(0)),
    Row("footprint", "declaration", f"{FOOTPRINT}/declaration", links),
    Row("footprint", "label", f"{FOOTPRINT}/performanceClass", plain),
    Row("footprint", "stated_kgCO2e_per_kWh", f"{FOOTPRINT}/value", scaled(0)),
    Row("documents", "due_diligence", "/conformity/dueDiligencePolicy", links),
    Row("electrical", "minimum_V", f"{RATED}/voltage/min", scaled(0)),
    Row("electrical", "nominal_V", f"{RATED}/voltage/nominal", scaled(0)),
    Row("electrical", "maximum_V", f"{RATED}/voltage/max", scaled(0)),
    Row("electrical", "power", f"{RATED}/power/value", scaled(0)),
    Row("durability", "cycles", f"{CYCLE_TEST}/cycles", scaled(0)),
    Row("durability", "test", f"{RATED}/lifetime/report", links),
    Row("durability", "exhaustion_pct", f"{RATED}/capacity/thresholdExhaustion", scaled(0)),
    Row("durability", "warranty", "/characteristics/warranty", plain),
    Row("durability", "c_rate", f"{CYCLE_TEST}/appliedDischargeRate", scaled(0)),
    Row("durability", "idle_temperature", f"{RATED}/temperature", plain),
    Row("durability", "efficiency_pct", f"{RATED}/roundTripEfficiency/initial", scaled(0)),
    Row("durability", "half_life_efficiency_pct", f"{RATED}/roundTripEfficiency/50PercentLife", scaled(0)),
    Row("electrical", "resistance", f"{RATED}/resistance", plain),
    Row("documents", "collection_symbol", "/sustainability/documents/separateCollection", links),
    Row("documents", "conformity", "/conformity/declarationOfConformityId", plain),
    Row("documents", "test_reports", "/conformity/resultOfTestReport", links),
    Row("documents", "waste", "/sustainability/documents/wastePrevention", links),
    Row("repair", "part_numbers", "/handling/content/sparePart", listed("/manufacturerPartId")),
    Row("repair", "spare_sources", "/handling/content/producer", listed("/id")),
    Row("repair", "dismantling", "/safety/dismantling", links),
    Row("performance", "capacity_Ah", f"{DYNAMIC}/capacity/capacity/value", scaled(0)),
    Row("performance", "capacity_fade_pct", f"{DYNAMIC}/capacity/fade/value", scaled(0)),
    Row("performance", "power_W", f"{DYNAMIC}/power/remaining/value", scaled(0)),
    Row("performance", "power_fade_pct", f"{DYNAMIC}/power/fade/value", scaled(0)),
    Row("performance", "resistance_ohm", f"{DYNAMIC}/resistance/remaining/pack/value", scaled(0)),
    Row("performance", "resistance_increase_pct", f"{DYNAMIC}/resistance/increase/pack/value", scaled(0)),
    Row("performance", "efficiency_pct", f"{DYNAMIC}/roundTripEfficiency/remaining/value", scaled(0)),
    Row("performance", "efficiency_fade_pct", f"{DYNAMIC}/roundTripEfficiency/fade/value", scaled(0)),
    Row("performance", "cycles", f"{CYCLE_TEST}/cycles", scaled(0)),
    Row("performance", "years", f"{RATED}/lifetime/expectedYears", scaled(0)),
    Row("health", "certified_energy_pct", f"{DYNAMIC}/energy/soce/value", scaled(0)),
    Row("use", "status", "/sustainability/status", status),
    Row("use", "cycles", f"{DYNAMIC}/fullCycles/value", scaled(0)),
    Row("use", "events", f"{DYNAMIC}/negativeEvents", links),
    Row("use", "environment", f"{DYNAMIC}/operatingEnvironment", links),
    Row("use", "charge", f"{DYNAMIC}/stateOfCharge", plain),
)
