"""What invented companies do, own and are called: the tables behind the demo registry.

Quantities, times and sizes are believable for their trade and read off nobody: no figure here describes a real
company. Every kind of data/reference/kinds.csv is offered by some trade, and every sector has one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trade:
    """A line of business.

    Parameters
    ----------
    sector
        The sector its companies belong to.
    share
        How common it is beside the others.
    nouns
        Last words of its companies' names.
    offers
        Kind -> (how likely beside the trade's other kinds, least and most of it).
    """

    sector: str
    share: float
    nouns: tuple[str, ...]
    offers: dict[str, tuple[float, int, int]]


TRADES: tuple[Trade, ...] = (
    Trade(
        "energy",
        8,
        ("Electric", "Power Crews", "Line Builders"),
        {
            "generator_mobile_large": (5, 1, 2),
            "generator_portable": (5, 1, 4),
            "line_crew_electric": (6, 1, 4),
            "aerial_lift": (5, 1, 4),
            "light_tower": (2, 1, 3),
            "ups_battery": (1, 1, 6),
        },
    ),
    Trade(
        "energy",
        3,
        ("Power", "Generator Service"),
        {
            "generator_mobile_large": (9, 2, 6),
            "generator_portable": (6, 2, 8),
            "ups_battery": (3, 2, 12),
            "light_tower": (2, 1, 4),
            "fuel_tender": (1, 1, 1),
        },
    ),
    Trade(
        "energy",
        6,
        ("Fuel", "Oil and Propane", "Petroleum"),
        {
            "fuel_diesel": (8, 1_500, 18_000),
            "fuel_gasoline": (6, 1_000, 9_000),
            "propane": (5, 500, 12_000),
            "fuel_tender": (6, 1, 3),
        },
    ),
    Trade(
        "commercial_facilities",
        9,
        ("Rentals", "Equipment Rental", "Tool and Lift"),
        {
            "light_tower": (9, 1, 6),
            "generator_portable": (6, 1, 6),
            "generator_mobile_large": (5, 1, 4),
            "pump_dewatering": (4, 1, 6),
            "skid_steer": (4, 1, 4),
            "forklift": (3, 1, 4),
            "air_compressor": (3, 1, 4),
            "hvac_heater": (3, 2, 12),
            "aerial_lift": (3, 1, 5),
            "chiller": (1, 1, 2),
            "concrete_cutter": (1, 1, 3),
        },
    ),
    Trade(
        "commercial_facilities",
        5,
        ("Events", "Tent and Table", "Stage and Light"),
        {
            "tent_large": (8, 2, 20),
            "light_tower": (5, 1, 4),
            "generator_portable": (4, 1, 4),
            "generator_mobile_large": (2, 1, 2),
            "fencing_barriers": (4, 200, 3_000),
            "handwash_station": (2, 4, 24),
            "hvac_heater": (2, 1, 6),
        },
    ),
    Trade(
        "commercial_facilities",
        4,
        ("Site Services", "Sanitation"),
        {
            "toilet_portable": (9, 8, 90),
            "handwash_station": (6, 4, 30),
            "shower_laundry": (3, 1, 3),
            "fencing_barriers": (3, 300, 4_000),
        },
    ),
    Trade(
        "commercial_facilities",
        7,
        ("Inn", "Lodge", "Guest House"),
        {
            "hotel_rooms": (9, 6, 80),
            "shelter_short_term": (2, 1, 1),
            "volunteers_spontaneous": (2, 2, 12),
            "parking_staging": (1, 1, 3),
        },
    ),
    Trade(
        "commercial_facilities",
        5,
        ("Theatres", "Fairground", "Community Hall"),
        {
            "shelter_evacuation": (6, 1, 1),
            "shelter_short_term": (5, 1, 1),
            "shelter_long_term": (2, 1, 1),
            "parking_staging": (6, 1, 14),
            "generator_mobile_large": (2, 1, 1),
            "volunteers_spontaneous": (3, 4, 30),
        },
    ),
    Trade(
        "commercial_facilities",
        5,
        ("Warehousing", "Storage", "Distribution"),
        {
            "warehouse_space": (9, 4_000, 120_000),
            "forklift": (5, 1, 6),
            "donated_goods_warehouse": (2, 1, 2),
            "pod_drive_through": (2, 1, 1),
            "truck_box": (3, 1, 4),
            "parking_staging": (2, 1, 6),
        },
    ),
    Trade(
        "commercial_facilities",
        6,
        ("Lumber", "Hardware", "Building Supply"),
        {
            "plywood_lumber": (7, 150, 2_500),
            "tarps": (7, 60, 900),
            "sandbags": (5, 1_000, 20_000),
            "forklift": (3, 1, 3),
            "generator_portable": (3, 1, 5),
            "cots_blankets": (1, 20, 120),
        },
    ),
    Trade(
        "commercial_facilities",
        4,
        ("Tree Care", "Timber Service"),
        {
            "tree_crew": (9, 1, 4),
            "chipper": (6, 1, 3),
            "aerial_lift": (3, 1, 2),
            "air_curtain_burner": (1, 1, 1),
        },
    ),
    Trade(
        "commercial_facilities",
        4,
        ("Hauling", "Demolition", "Site Clearing"),
        {
            "debris_removal": (8, 1, 5),
            "truck_dump": (6, 1, 8),
            "excavator": (3, 1, 3),
            "debris_assessment": (2, 1, 2),
            "debris_monitoring": (2, 1, 3),
            "air_curtain_burner": (1, 1, 2),
            "concrete_cutter": (2, 1, 3),
        },
    ),
    Trade(
        "commercial_facilities",
        3,
        ("Guard Service", "Watch and Ward"),
        {"security_guards": (9, 4, 40), "light_tower": (1, 1, 2), "volunteers_spontaneous": (1, 4, 16)},
    ),
    Trade(
        "commercial_facilities",
        5,
        ("General Store", "Outfitters", "Market"),
        {
            "bottled_water": (6, 2, 24),
            "ice": (4, 1, 10),
            "tarps": (3, 30, 300),
            "cots_blankets": (3, 20, 200),
            "food_bulk": (4, 20, 300),
            "volunteers_spontaneous": (4, 3, 25),
        },
    ),
    Trade(
        "critical_manufacturing",
        7,
        ("Earthmoving", "Grading", "Iron and Dirt"),
        {
            "backhoe": (6, 1, 3),
            "excavator": (6, 1, 4),
            "dozer": (5, 1, 4),
            "loader_wheel": (5, 1, 4),
            "skid_steer": (5, 1, 5),
            "truck_dump": (4, 1, 8),
            "light_tower": (2, 1, 3),
            "generator_mobile_large": (1, 1, 2),
        },
    ),
    Trade(
        "critical_manufacturing",
        2,
        ("Crane and Rigging", "Hoist"),
        {
            "crane_all_terrain": (8, 1, 3),
            "crane_crawler": (4, 1, 2),
            "truck_flatbed": (5, 1, 4),
            "forklift": (3, 1, 3),
        },
    ),
    Trade(
        "critical_manufacturing",
        5,
        ("Castings", "Tool and Die", "Foundry"),
        {
            "forklift": (5, 1, 4),
            "air_compressor": (5, 1, 3),
            "generator_mobile_large": (3, 1, 2),
            "volunteers_spontaneous": (4, 5, 40),
            "warehouse_space": (3, 3_000, 40_000),
        },
    ),
    Trade(
        "critical_manufacturing",
        3,
        ("Stone", "Quarry", "Aggregate"),
        {
            "loader_wheel": (6, 1, 4),
            "truck_dump": (6, 2, 10),
            "generator_mobile_large": (3, 1, 2),
            "light_tower": (3, 1, 4),
            "dozer": (2, 1, 2),
        },
    ),
    Trade(
        "defense_industrial_base",
        3,
        ("Aerospace", "Avionics", "Ordnance Parts"),
        {
            "generator_mobile_large": (4, 1, 2),
            "satellite_terminal": (4, 1, 6),
            "it_equipment": (3, 5, 60),
            "helipad_lz": (3, 1, 1),
            "volunteers_spontaneous": (4, 6, 50),
        },
    ),
    Trade(
        "water",
        4,
        ("Drilling", "Well and Pump"),
        {
            "pump_dewatering": (7, 1, 6),
            "pump_drinking_source": (6, 1, 4),
            "pump_distribution": (4, 1, 3),
            "generator_mobile_large": (2, 1, 1),
        },
    ),
    Trade(
        "water",
        4,
        ("Sewer and Drain", "Pipe Works"),
        {
            "sewer_cleaner": (7, 1, 3),
            "pump_wastewater": (6, 1, 5),
            "water_main_repair": (6, 1, 3),
            "vac_truck": (4, 1, 2),
            "water_valve_truck": (3, 1, 2),
        },
    ),
    Trade(
        "water",
        3,
        ("Water Haulers", "Water Works"),
        {
            "potable_water_tanker": (9, 1, 4),
            "pump_distribution": (5, 1, 3),
            "water_main_repair": (2, 1, 2),
            "water_valve_truck": (2, 1, 1),
        },
    ),
    Trade(
        "food_agriculture",
        4,
        ("Cold Store", "Creamery", "Locker"),
        {
            "truck_refrigerated": (8, 1, 6),
            "ice": (6, 2, 30),
            "generator_mobile_large": (3, 1, 2),
            "food_bulk": (4, 50, 900),
        },
    ),
    Trade(
        "food_agriculture",
        5,
        ("Kitchen", "Catering", "Diner"),
        {
            "mobile_kitchen": (6, 1, 3),
            "field_kitchen": (4, 1, 2),
            "food_delivery": (6, 1, 4),
            "volunteers_spontaneous": (3, 3, 20),
            "generator_portable": (2, 1, 2),
        },
    ),
    Trade(
        "food_agriculture",
        3,
        ("Bottling", "Spring Water"),
        {"bottled_water": (9, 10, 120), "ice": (5, 4, 40), "truck_box": (4, 1, 4), "forklift": (2, 1, 2)},
    ),
    Trade(
        "food_agriculture",
        5,
        ("Grain", "Feed and Seed", "Milling"),
        {
            "truck_semi": (6, 1, 6),
            "loader_wheel": (3, 1, 2),
            "generator_mobile_large": (3, 1, 2),
            "fuel_diesel": (2, 500, 4_000),
            "warehouse_space": (4, 2_000, 30_000),
        },
    ),
    Trade(
        "food_agriculture",
        4,
        ("Animal Clinic", "Veterinary"),
        {"veterinary_team": (9, 1, 2), "animal_transport": (4, 1, 2), "volunteers_spontaneous": (1, 2, 8)},
    ),
    Trade(
        "food_agriculture",
        4,
        ("Livestock", "Stockyard"),
        {
            "livestock_trailer": (9, 1, 6),
            "animal_transport": (4, 1, 2),
            "truck_flatbed": (3, 1, 2),
            "fencing_barriers": (3, 200, 2_000),
        },
    ),
    Trade(
        "transportation",
        7,
        ("Freight", "Trucking", "Haulage"),
        {
            "truck_semi": (8, 1, 12),
            "truck_flatbed": (6, 1, 6),
            "truck_box": (5, 1, 8),
            "distribution_support": (2, 1, 2),
            "logistics_staging": (2, 1, 1),
            "truck_refrigerated": (2, 1, 3),
        },
    ),
    Trade(
        "transportation",
        4,
        ("Coaches", "Bus Lines"),
        {
            "bus_motor_coach": (7, 1, 8),
            "bus_school": (5, 2, 20),
            "bus_transit": (3, 1, 8),
            "paratransit_van": (5, 1, 8),
        },
    ),
    Trade(
        "transportation",
        2,
        ("Air Charter", "Flying Service"),
        {"helicopter": (7, 1, 2), "helipad_lz": (6, 1, 1), "fuel_tender": (2, 1, 1)},
    ),
    Trade(
        "transportation",
        3,
        ("Boatworks", "Marine"),
        {"boat_motor": (9, 1, 12), "pump_dewatering": (2, 1, 2), "truck_flatbed": (3, 1, 2)},
    ),
    Trade(
        "transportation",
        2,
        ("River Terminal", "Transload"),
        {
            "parking_staging": (6, 2, 30),
            "warehouse_space": (6, 10_000, 150_000),
            "logistics_staging": (4, 1, 2),
            "distribution_support": (3, 1, 2),
        },
    ),
    Trade(
        "communications",
        3,
        ("Wireless", "Tower and Signal"),
        {
            "cow": (6, 1, 3),
            "colt": (5, 1, 3),
            "satellite_terminal": (4, 2, 20),
            "generator_mobile_large": (2, 1, 1),
            "lmr_support": (2, 1, 1),
        },
    ),
    Trade(
        "communications",
        3,
        ("Two-Way Radio", "Broadcasting"),
        {
            "radio_cache": (8, 1, 6),
            "lmr_support": (5, 1, 2),
            "mobile_comms_center": (3, 1, 1),
            "amateur_radio": (4, 3, 20),
        },
    ),
    Trade(
        "communications",
        2,
        ("Answering Service", "Contact Desk"),
        {"call_center": (9, 8, 120), "volunteers_spontaneous": (2, 4, 20)},
    ),
    Trade(
        "information_technology",
        5,
        ("Data Systems", "Networks", "Computing"),
        {
            "it_equipment": (8, 4, 80),
            "cyber_irt": (5, 1, 2),
            "ups_battery": (4, 1, 10),
            "vost": (3, 1, 1),
            "generator_mobile_large": (1, 1, 1),
        },
    ),
    Trade(
        "information_technology",
        3,
        ("Mapping", "Survey", "Geomatics"),
        {"gis_support": (8, 1, 2), "suas_team": (6, 1, 3), "vost": (2, 1, 1)},
    ),
    Trade(
        "healthcare_public_health",
        5,
        ("Pharmacy", "Apothecary"),
        {
            "pharmacy_supply": (7, 1, 8),
            "pharmacy_team": (6, 1, 2),
            "ppe": (5, 10, 200),
            "pod_dispensing": (3, 1, 1),
        },
    ),
    Trade(
        "healthcare_public_health",
        4,
        ("Medical Supply", "Home Oxygen"),
        {
            "oxygen_medical": (8, 10, 150),
            "ppe": (7, 20, 400),
            "pharmacy_supply": (4, 1, 6),
            "paratransit_van": (2, 1, 2),
        },
    ),
    Trade(
        "healthcare_public_health",
        5,
        ("Care Center", "Rehabilitation", "Day Clinic"),
        {
            "hospital_beds": (7, 4, 40),
            "behavioral_health": (6, 1, 2),
            "generator_mobile_large": (2, 1, 1),
            "pod_dispensing": (2, 1, 1),
        },
    ),
    Trade(
        "healthcare_public_health",
        2,
        ("Mortuary Service", "Funeral Transport"),
        {"portable_morgue": (8, 1, 2), "truck_refrigerated": (3, 1, 1), "tent_large": (2, 1, 3)},
    ),
    Trade(
        "emergency_services",
        4,
        ("Ambulance", "Medical Transport"),
        {"ambulance_als": (7, 1, 4), "ambulance_bls": (7, 1, 6), "medical_bus": (2, 1, 1), "cism": (1, 1, 1)},
    ),
    Trade(
        "emergency_services",
        4,
        ("Fire and Rescue Supply", "Rescue Training"),
        {
            "water_tender_support": (6, 1, 3),
            "water_tender_tactical": (4, 1, 2),
            "pump_portable_fire": (6, 1, 6),
            "swiftwater_team": (4, 1, 2),
            "suas_team": (2, 1, 1),
        },
    ),
    Trade(
        "emergency_services",
        4,
        ("Response League", "Neighbors Corps"),
        {"cert": (9, 5, 60), "amateur_radio": (5, 2, 15), "cism": (4, 1, 2), "swiftwater_team": (1, 1, 1)},
    ),
    Trade(
        "financial_services",
        5,
        ("Savings", "Credit Service", "Mutual Assurance"),
        {
            "banking_mobile": (7, 1, 2),
            "call_center": (4, 6, 60),
            "volunteers_spontaneous": (6, 4, 40),
            "generator_mobile_large": (1, 1, 1),
            "parking_staging": (2, 1, 2),
        },
    ),
    Trade(
        "chemical",
        4,
        ("Chemical", "Coatings", "Industrial Cleaning"),
        {"spill_supplies": (8, 1, 12), "hazmat_team": (6, 1, 2), "vac_truck": (6, 1, 3), "ppe": (3, 10, 120)},
    ),
    Trade(
        "government_facilities",
        4,
        ("Structural Engineers", "Building Inspection", "Academy"),
        {
            "building_safety_eval": (8, 1, 3),
            "debris_assessment": (4, 1, 2),
            "shelter_short_term": (3, 1, 1),
            "bus_school": (3, 1, 8),
        },
    ),
    Trade(
        "dams",
        3,
        ("Dam and Levee Works", "Hydro Service"),
        {
            "pump_dewatering": (7, 1, 8),
            "sandbags": (5, 2_000, 40_000),
            "excavator": (4, 1, 3),
            "generator_mobile_large": (3, 1, 2),
            "boat_motor": (3, 1, 3),
        },
    ),
    Trade(
        "nuclear",
        2,
        ("Radiological Service", "Reactor Service"),
        {
            "hazmat_team": (7, 1, 2),
            "ppe": (6, 20, 200),
            "generator_mobile_large": (3, 1, 2),
            "spill_supplies": (4, 1, 6),
        },
    ),
)

SIZES: dict[str, tuple[float | str, ...]] = {
    "generator_portable.kw": (20.0, 25.0, 36.0, 45.0, 56.0, 70.0, 85.0),
    "generator_portable.voltage": (208.0, 240.0, 240.0, 240.0),
    "generator_portable.connector": ("camlock", "bare leads", "twist-lock"),
    "generator_portable.fuel": ("diesel", "diesel", "gasoline", "propane"),
    "generator_mobile_large.kw": (
        100.0,
        125.0,
        125.0,
        150.0,
        175.0,
        200.0,
        230.0,
        300.0,
        350.0,
        400.0,
        500.0,
    ),
    "generator_mobile_large.voltage": (208.0, 240.0, 480.0, 480.0, 480.0),
    "generator_mobile_large.tank_gal": (150.0, 220.0, 330.0, 470.0),
    "light_tower.lumens": (60_000.0, 80_000.0, 120_000.0, 220_000.0, 340_000.0, 440_000.0),
    "ups_battery.kw": (2.0, 3.6, 5.0, 10.0, 30.0),
    "ups_battery.voltage": (120.0, 120.0, 240.0),
    "pump_dewatering.gpm": (400.0, 750.0, 1_200.0, 2_000.0, 3_000.0),
    "pump_portable_fire.gpm": (100.0, 250.0, 500.0),
    "pump_portable_fire.psi": (90.0, 120.0, 150.0),
    "helicopter.seats": (4.0, 5.0, 6.0),
    "bus_motor_coach.seats": (47.0, 54.0, 56.0),
    "bus_school.seats": (48.0, 65.0, 72.0, 77.0),
    "paratransit_van.seats": (8.0, 10.0, 12.0),
    "paratransit_van.wheelchair_positions": (1.0, 2.0, 3.0),
    "boat_motor.capacity": (4.0, 6.0, 8.0),
    "fuel_tender.gallons": (500.0, 1_000.0, 2_000.0, 2_800.0),
    "fuel_tender.fuel": ("diesel", "diesel", "gasoline", "jet fuel"),
    "fencing_barriers.height_ft": (4.0, 6.0, 8.0),
    "truck_box.length_ft": (16.0, 24.0, 26.0),
    "crane_all_terrain.lift_tons": (60.0, 90.0, 120.0, 200.0),
    "crane_crawler.lift_tons": (80.0, 110.0, 150.0),
    "security_guards.persons": (1.0,),
    "amateur_radio.persons": (1.0,),
    "cert.persons": (1.0,),
    "volunteers_spontaneous.persons": (1.0,),
    "fuel": ("diesel", "diesel", "diesel", "gasoline"),
    "phase": ("three",),
    "kwh": (2.0, 4.0, 12.0, 60.0),
    "bucket_trucks": (1.0, 2.0, 3.0),
    "persons": (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0),
    "hours": (8.0, 10.0, 12.0, 24.0),
    "gpm": (250.0, 500.0, 1_000.0, 1_500.0),
    "psi": (60.0, 80.0, 120.0),
    "head_ft": (60.0, 100.0, 160.0),
    "discharge_in": (3.0, 4.0, 6.0, 8.0),
    "solids_in": (2.0, 3.0),
    "gallons": (1_000.0, 2_000.0, 3_000.0, 5_000.0),
    "litres": (1_500.0, 1_800.0, 2_000.0),
    "weight_lb": (1_200.0, 1_600.0, 2_000.0),
    "grade": ("on-road", "on-road", "off-road"),
    "seats": (26.0, 35.0, 40.0),
    "wheelchair_positions": (0.0, 1.0, 2.0),
    "litters": (10.0, 16.0, 20.0),
    "length_ft": (28.0, 48.0, 53.0),
    "min_temp_f": (-20.0, -10.0, 0.0, 32.0),
    "pallets": (10.0, 22.0, 26.0),
    "payload_tons": (12.0, 24.0, 35.0, 50.0),
    "cubic_yards": (10.0, 14.0, 18.0),
    "lift_lb": (1_200.0, 5_000.0, 8_000.0, 10_000.0),
    "hp": (74.0, 95.0, 130.0, 215.0),
    "bucket_cy": (1.0, 1.25, 3.0, 4.5),
    "reach_ft": (28.0, 32.0, 36.0),
    "attachments": ("bucket, forks", "bucket, grapple", "bucket, forks, auger"),
    "height_ft": (40.0, 55.0, 60.0, 85.0),
    "cfm": (185.0, 375.0, 750.0),
    "diameter_in": (12.0, 15.0, 19.0),
    "cubic_yards_day": (200.0, 400.0, 800.0),
    "cooling_tons": (1.0, 5.0, 12.0, 25.0, 100.0),
    "btu": (60_000.0, 170_000.0, 400_000.0),
    "sq_ft": (400.0, 800.0, 1_200.0, 2_400.0),
    "accessible_units": (1.0, 2.0, 4.0),
    "accessible_rooms": (1.0, 2.0, 4.0),
    "stalls": (4.0, 8.0, 12.0),
    "capacity": (60.0, 120.0, 200.0, 350.0, 600.0),
    "dock_doors": (2.0, 4.0, 8.0, 16.0),
    "meals_day": (500.0, 1_000.0, 2_500.0, 5_000.0),
    "meals": (12.0, 24.0),
    "vehicles_hour": (140.0, 280.0, 560.0),
    "head_count": (8.0, 16.0, 24.0, 32.0),
    "carrier": ("any carrier", "one carrier"),
    "bands": ("VHF", "UHF", "700/800 MHz", "VHF, UHF"),
    "backhaul": ("fiber", "microwave", "satellite"),
    "mbps": (10.0, 50.0, 150.0),
    "radios": (12.0, 24.0, 48.0),
}
"""Values to draw from, by 'kind.attribute' or by attribute; yes and no need no table."""

LEAVES_AFTER_MIN: dict[str, tuple[int, ...]] = {
    "facility": (0,),
    "equipment": (30, 45, 60, 60, 90, 120, 150, 180, 240),
    "goods": (30, 60, 60, 90, 120, 180, 240),
    "services": (20, 30, 45, 60, 90, 120, 180),
    "volunteers": (60, 120, 180, 240, 480, 720),
    "ambulance_als": (5, 10, 15),
    "ambulance_bls": (5, 10, 15, 20),
    "swiftwater_team": (20, 30, 45, 60),
    "generator_mobile_large": (45, 60, 60, 90, 90, 120, 150, 180, 240),
    "crane_crawler": (480, 720, 1_440),
    "crane_all_terrain": (120, 180, 240, 360),
    "bus_school": (60, 90, 120, 180),
}
"""Minutes from the call until it leaves, by kind or by class."""

FIRST_WORDS = (
    "Amber", "Anvil", "Arrowhead", "Badger", "Barley", "Beacon", "Bellows", "Bluegill", "Bobwhite", "Buckeye",
    "Candlewick", "Cardinal", "Catalpa", "Cedar Rail", "Chert", "Clover", "Copperline", "Cotton Gin", "Crawdad", "Dulcimer",
    "Ember", "Fiddleback", "Firefly", "Flint", "Foxglove", "Gristmill", "Hackberry", "Hazel", "Heron", "Hickory",
    "Honey Locust", "Indigo", "Ironweed", "Jonquil", "Juniper", "Kingfisher", "Lantern", "Larkspur", "Lodestone", "Loess",
    "Lupine", "Mallard", "Marl", "Millrace", "Mulberry", "Nettle", "Oxbow", "Paddle", "Partridge", "Pawpaw",
    "Persimmon", "Plumbline", "Quail", "Redhorse", "Sassafras", "Shagbark", "Sorghum", "Spicebush", "Strawberry", "Sumac",
    "Sweetgum", "Tanager", "Thistle", "Tin Cup", "Trillium", "Wagon Wheel", "Walnut", "Whippoorwill", "Wren", "Zinc Line",
)  # fmt: skip
SECOND_WORDS = (
    "", "Bend", "Bluff", "Crossing", "Ford", "Fork", "Glade", "Hollow", "Landing", "Meadow", "Prairie", "Ridge",
    "Spring", "Terrace",
)  # fmt: skip
GIVEN_NAMES = (
    "Alma", "Asa", "Beth", "Clay", "Cora", "Dale", "Edith", "Ezra", "Fern", "Grant", "Hazel", "Ira", "June", "Kit",
    "Leah", "Miles", "Nora", "Otis", "Pearl", "Ray", "Ruth", "Silas", "Tess", "Vera", "Wade", "Zoe",
)  # fmt: skip
FAMILY_NAMES = (
    "Demo", "Example", "Sample", "Specimen", "Placeholder", "Template", "Mockup", "Trial",
)  # fmt: skip
STREETS = ("Demo Street", "Sample Avenue", "Example Road", "Specimen Lane", "Placeholder Drive")
