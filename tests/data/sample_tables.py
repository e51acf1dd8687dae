"""The tables of the sample declaration: lines, flows, datasets and words, all numbers made up."""

# fmt: off
# ruff: noqa: E501  tables read better in rows

from __future__ import annotations

from typing import Any

MADE_UP = "Illustrative value made up for tests; not a published number"
CLASSES = ("fossil", "biogenic_release", "biogenic_uptake", "unsplit")
IN_TOTAL = {"fossil", "unsplit"}
STAGES = {
    "raw_materials": ("原材料获取与预处理", "Raw material acquisition and pre-processing"),
    "production": ("主产品生产", "Main product production"),
    "distribution": ("分销", "Distribution"),
    "use": ("使用", "Use"),
    "end_of_life": ("报废与回收", "End of life and recycling"),
}
STEPS = {
    "loss": ("损耗", "Loss"),
    "unit": ("单位换算", "Unit conversion"),
    "parameter": ("参数", "Parameter"),
    "recycled_share": ("再生料份额", "Recycled share"),
    "mass": ("质量", "Mass"),
}
BASES = {
    "measured": ("实测", "Measured"),
    "supplier": ("供应商提供", "Supplier"),
    "calculated": ("计算", "Calculated"),
    "proxy": ("替代估计", "Proxy"),
    "default": ("缺省值", "Default"),
}
STATUSES = {
    "verified": ("已核对原文", "Verified in the source"),
    "secondary": ("转引", "Read in another's copy"),
    "calculated": ("由已引用输入计算", "Calculated from cited inputs"),
    "unverified": ("未核对", "Not verified"),
}
PACK, MODULE, CELL, REWORK = "pack", "M1", "C1", "P:rework"
ACTIVITIES = {
    PACK: ("磷酸铁锂动力电池包 LFP-102", "item", "Product!B4"),
    MODULE: ("电池模组 Module 1P104S", "item", "BOM!A4"),
    CELL: ("方形电芯 Prismatic cell 280Ah", "item", "BOM!A5"),
    REWORK: ("模组返修 Module rework", "item", "Processes!A9"),
}
# parent, child, name, cell, coefficient, entered, unit, steps (what, factor, cell)
FLOWS = [
    (PACK, MODULE, "电池模组 Module 1P104S", "BOM!E4", 1.0, 1.0, "item", []),
    (MODULE, CELL, "方形电芯 Prismatic cell 280Ah", "BOM!E5", 1.0, 104.0, "item", [("loss", 1.015, "BOM!H5")]),
    (MODULE, REWORK, "模组返修 Module rework", "Processes!H7", 1.0, 0.02, "item", []),
    (REWORK, MODULE, "报废模组补投 Replaced modules", "Processes!H10", 1.0, 0.1, "item", []),
]
# key: name zh, en, unit, region, period, kind, boundary, category, gwp set, status, class factors, proxy, gaps
DATASETS: dict[str, tuple[Any, ...]] = {
    "cathode-lfp": ("磷酸铁锂正极材料", "Lithium iron phosphate cathode", "kg", "CN", "2022", "unit-process",
                    "cradle-to-gate", "material", "AR6", "calculated", {"fossil": 13.1}, "", []),
    "graphite": ("人造石墨负极", "Synthetic graphite anode", "kg", "CN", "2021", "factor", "cradle-to-gate", "material",
                 "unknown", "secondary", {"unsplit": 12.4}, "", []),
    "copper-foil": ("电解铜箔", "Electrolytic copper foil", "kg", "CN", "2021", "factor", "cradle-to-gate", "material",
                    "AR5", "secondary", {"unsplit": 7.6}, "", []),
    "electrolyte": ("锂离子电池电解液", "Lithium-ion electrolyte", "kg", "CN", "2022", "unit-process", "cradle-to-gate",
                    "material", "AR6", "calculated", {"fossil": 5.9}, "",
                    [("lithium-bis-fluorosulfonyl-imide", "双氟磺酰亚胺锂", "Lithium bis(fluorosulfonyl)imide", 0.01)]),
    "separator": ("聚丙烯隔膜", "Polypropylene separator", "kg", "GLO", "2019", "factor", "cradle-to-gate", "material",
                  "AR5", "unverified", {"unsplit": 4.2},
                  "Stands in for the coated separator: no number for the coating could be cited.", []),
    "aluminium-primary": ("原铝（火电）", "Aluminium, primary, coal power", "kg", "CN", "2023", "factor", "cradle-to-gate",
                          "material", "AR6", "verified", {"fossil": 15.9}, "", []),
    "aluminium-secondary": ("再生铝", "Aluminium, secondary", "kg", "CN", "2023", "factor", "cradle-to-gate", "material",
                            "AR6", "verified", {"fossil": 1.9}, "", []),
    "steel": ("冷轧钢板", "Steel sheet, cold rolled", "kg", "CN", "2022", "factor", "cradle-to-gate", "material", "AR6",
              "verified", {"fossil": 2.35}, "", []),
    "electricity-cn-grid": ("中国电网平均电力", "Electricity, China average grid", "kWh", "CN", "2024", "factor",
                            "cradle-to-gate", "electricity", "AR6", "verified", {"unsplit": 0.6}, "", []),
    "electricity-cn-wind": ("风力发电", "Electricity, wind, China", "kWh", "CN", "2024", "factor", "cradle-to-gate",
                            "electricity", "AR6", "verified", {"unsplit": 0.03}, "", []),
    "heat-gas": ("天然气供热", "Heat from natural gas", "MJ", "CN", "2024", "unit-process", "cradle-to-gate", "energy",
                 "AR6", "calculated", {"fossil": 0.071}, "", []),
    "nmp": ("N-甲基吡咯烷酮", "N-methyl-2-pyrrolidone", "kg", "GLO", "2018", "factor", "cradle-to-gate", "material",
            "AR5", "unverified", {"unsplit": 5.5}, "Stands in for recovered solvent: the plant's recovery unit is not metered.",
            []),
    "cardboard": ("瓦楞纸箱", "Corrugated cardboard", "kg", "CN", "2021", "unit-process", "cradle-to-gate", "material",
                  "AR6", "calculated", {"fossil": 0.82, "biogenic_release": 1.46, "biogenic_uptake": -1.46}, "", []),
    "truck": ("重型柴油货车运输", "Freight, heavy diesel truck", "t·km", "CN", "2023", "factor", "service", "transport",
              "AR6", "verified", {"fossil": 0.058}, "", []),
    "recycling": ("电池包湿法回收", "Hydrometallurgical recycling of battery packs", "kg", "CN", "2022", "unit-process",
                  "gate-to-gate", "waste", "AR6", "calculated", {"fossil": 1.72}, "", []),
}
# id, activity, name, cell, stage, role, coefficient, entered, unit, steps, amount unit, target, basis, rule, clause
LINES: list[tuple[Any, ...]] = [
    ("L10", CELL, "正极材料 LFP", "BOM!E6", "raw_materials", "product", 1.0, 2140.0, "g",
     [("loss", 1.03, "BOM!H6"), ("unit", 0.001, "BOM!F6")], "kg", "cathode-lfp", "measured", "", ""),
    ("L11", CELL, "负极石墨 Anode graphite", "BOM!E7", "raw_materials", "product", 1.0, 1.09, "kg",
     [("loss", 1.04, "BOM!H7")], "kg", "graphite", "measured", "", ""),
    ("L12", CELL, "铜箔 6 µm Copper foil", "BOM!E8", "raw_materials", "product", 1.0, 0.61, "kg",
     [("loss", 1.05, "BOM!H8")], "kg", "copper-foil", "measured", "", ""),
    ("L13", CELL, "电解液 Electrolyte", "BOM!E9", "raw_materials", "product", 1.0, 0.86, "kg", [], "kg", "electrolyte",
     "supplier", "", ""),
    ("L14", CELL, "隔膜 Separator", "BOM!E10", "raw_materials", "product", 1.0, 0.095, "kg",
     [("loss", 1.08, "BOM!H10")], "kg", "separator", "proxy", "", ""),
    ("L15", CELL, "溶剂 NMP make-up", "BOM!E11", "production", "consumable", 1.0, 0.021, "kg", [], "kg", "nmp", "default",
     "", ""),
    ("L16", CELL, "电芯制造用电 Cell factory electricity (grid part)", "Processes!H4", "production", "energy", 0.7, 15.2, "kWh",
     [("parameter", 1.02, "Parameters!B4")], "kWh", "electricity-cn-grid", "measured", "electricity-by-contract", "B.1.6"),
    ("L17", CELL, "电芯制造用电 Cell factory electricity (wind part)", "Processes!H4", "production", "energy", 0.3, 15.2, "kWh",
     [("parameter", 1.02, "Parameters!B4")], "kWh", "electricity-cn-wind", "measured", "electricity-by-contract", "B.1.6"),
    ("L18", CELL, "干燥用热 Drying heat", "Processes!H5", "production", "energy", 1.0, 28.4, "MJ", [], "MJ", "heat-gas",
     "measured", "", ""),
    ("L20", PACK, "电池箱体 Pack housing, primary metal", "BOM!E12", "raw_materials", "product", 0.75, 78.0, "kg",
     [("loss", 1.06, "BOM!H12")], "kg", "aluminium-primary", "measured", "recycled-content", "B.1.4"),
    ("L21", PACK, "电池箱体 Pack housing, recycled metal", "BOM!E12", "raw_materials", "product", 0.25, 78.0, "kg",
     [("loss", 1.06, "BOM!H12")], "kg", "aluminium-secondary", "measured", "recycled-content", "B.1.4"),
    ("L22", PACK, "支架与紧固件 Brackets and fasteners", "BOM!E13", "raw_materials", "product", 1.0, 21.5, "kg", [], "kg",
     "steel", "supplier", "", ""),
    ("L24", PACK, "检漏用六氟化硫 SF6 from leak testing", "Processes!H12", "production", "emission", 1.0, 0.35, "g",
     [("unit", 0.001, "Processes!I12")], "kg", "gas:sf6", "calculated", "", ""),
    ("L25", PACK, "包装箱 Shipping box", "BOM!E15", "distribution", "transport_packaging", 1.0, 9.2, "kg", [], "kg",
     "cardboard", "measured", "", ""),
    ("L26", PACK, "成品运输 Delivery to customer", "Transport!D5", "distribution", "transport", 1.0, 1150.0, "km",
     [("mass", 0.642, "Product!B12")], "t·km", "truck", "default", "", ""),
    ("L27", PACK, "回收处理 Pack recycling", "End of life!D4", "end_of_life", "treatment", 1.0, 0.95, "-",
     [("mass", 642.0, "Product!B12")], "kg", "recycling", "proxy", "circular-footprint", "B.2.3"),
    ("L28", PACK, "回收抵扣：铝 Credit for recovered aluminium", "End of life!D4", "end_of_life", "treatment", -0.8, 0.9, "-",
     [("mass", 78.0, "Product!B12")], "kg", "aluminium-primary", "proxy", "circular-footprint", "B.2.3"),
    ("L30", CELL, "正极材料运输 Cathode material to plant", "Transport!D4", "raw_materials", "transport", 1.0, 400.0, "km",
     [("mass", 0.0022042, "BOM!E6")], "t·km", "truck", "default", "", ""),
    ("L29", REWORK, "返修用电 Rework electricity", "Processes!H11", "production", "energy", 1.0, 36.0, "kWh", [], "kWh",
     "electricity-cn-grid", "calculated", "", ""),
]
GASES = {"gas:sf6": ("六氟化硫", "Sulfur hexafluoride", "kg", {"fossil": 24000.0})}
