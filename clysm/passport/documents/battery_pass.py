"""Battery Pass, data model 1.2.0: the submodels for general information, carbon footprint and labels."""

from typing import Final

from clysm.passport.documents.readings import named, plain, scaled
from clysm.passport.documents.rows import Row, category, status

BATTERY_PASS: Final = (
    # General product information
    Row("identity", "passport", "/batteryPassportIdentifier", plain),
    Row("identity", "category", "/batteryCategory", category),
    Row("identity", "identification", "/productIdentifier", named("product")),
    Row("identity", "manufactured", "/manufacturingDate", plain),
    Row("identity", "placed_on_market", "/puttingIntoService", plain),
    Row("maker", "operator", "/operatorInformation/contactName", plain),
    Row("maker", "operator_id", "/operatorInformation/identifier", plain),
    Row("maker", "operator_address", "/operatorInformation/postalAddress", plain),
    Row("maker", "name", "/manufacturerInformation/contactName", plain),
    Row("maker", "identifier", "/manufacturerInformation/identifier", plain),
    Row("maker", "address", "/manufacturerInformation/postalAddress", plain),
    Row("maker", "contact", "/manufacturerInformation/webAddress", plain),
    Row("maker", "contact", "/manufacturerInformation/emailAddress", plain),
    Row("maker", "plant", "/manufacturingPlace", plain),
    Row("battery", "weight_kg", "/batteryMass", scaled(0)),
    Row("durability", "warranty", "/warrentyPeriod", plain),  # spelled so in version 1.2.0
    Row("durability", "warranty", "/warrantyPeriod", plain),
    Row("use", "status", "/batteryStatus", status),
    # Carbon footprint
    Row("footprint", "declaration", "/carbonFootprintStudy", plain),
    Row("footprint", "label", "/carbonFootprintPerformanceClass", plain),
    Row("footprint", "stated_kgCO2e_per_kWh", "/batteryCarbonFootprint", scaled(0)),
    # Labels
    Row("documents", "conformity", "/declarationOfConformity", plain),
    Row("documents", "test_reports", "/resultOfTestReport", plain),
    Row("documents", "collection_symbol", "/labels", plain),
)
