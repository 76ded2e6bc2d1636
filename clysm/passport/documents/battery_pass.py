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
    Row("operator", "name", "/operatorInformation/contactName", plain),
    Row("operator", "identifier", "/operatorInformation/identifier", plain),
    Row("operator", "address", "/operatorInformation/postalAddress", plain),
    Row("manufacturer", "name", "/manufacturerInformation/contactName", plain),
    Row("manufacturer", "identifier", "/manufacturerInformation/identifier", plain),
    Row("manufacturer", "address", "/manufacturerInformation/postalAddress", plain),
    Row("manufacturer", "contact", "/manufacturerInformation/webAddress", plain),
    Row("manufacturer", "contact", "/manufacturerInformation/emailAddress", plain),
    Row("plant", "location", "/manufacturingPlace", plain),
    Row("physical", "weight_kg", "/batteryMass", scaled(0)),
    Row("lifetime", "warranty", "/warrentyPeriod", plain),  # spelled so in version 1.2.0
    Row("lifetime", "warranty", "/warrantyPeriod", plain),
    Row("use", "status", "/batteryStatus", status),
    # Carbon footprint
    Row("footprint", "declaration", "/carbonFootprintStudy", plain),
    Row("footprint", "label", "/carbonFootprintPerformanceClass", plain),
    Row("footprint", "stated_kgCO2e_per_kWh", "/batteryCarbonFootprint", scaled(0)),
    # Labels
    Row("conformity", "declaration", "/declarationOfConformity", plain),
    Row("conformity", "reports", "/resultOfTestReport", plain),
    Row("marking", "collection", "/labels", plain),
)
