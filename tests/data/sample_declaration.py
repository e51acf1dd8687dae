"""Makes ``sample-declaration.json``: a declaration document that keeps the laws of its form, with numbers made up.

Nothing here is a published value. Run this file to write the document again.
"""

# fmt: off
# ruff: noqa: E501  tables read better in rows

from __future__ import annotations

import json
import runpy
from math import fsum, prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

TABLES = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("sample_tables.py"))))
DEMAND = 1 / 46512  # packs per kWh delivered: 96.9 kWh x 60 cycles a year x 8 years


def digits(value: float) -> float:
    """Return ``value`` at 12 significant digits, as a declaration carries it."""
    return float(f"{value:.12g}")


def both(zh: str, en: str) -> dict[str, str]:
    """Return a text in both languages."""
    return {"zh": zh, "en": en}


def sample(*, extra: int = 0, complete: bool = False) -> dict[str, Any]:
    """Return a declaration of a battery pack, with ``extra`` further lines, without gaps if ``complete``."""
    lines = [*TABLES.LINES, *(_extra(n) for n in range(extra))]
    supply = _supply()
    ledger = [_entry(line, supply) for line in lines]
    total = digits(fsum(e["value"] for e in ledger))
    gaps = [] if complete else _gaps()
    flows = [_flow(f) for f in TABLES.FLOWS]
    return {
        "schema": "footprint-declaration/1.0",
        "workbook": {"file": "battery-lfp.xlsx", "sha256": "5e" * 32, "schema": "1.0"},
        "product": _product(),
        "study": _study(),
        "declared_unit": _declared_unit(),
        "result": _result(ledger, total, complete=complete),
        "electricity": _electricity(),
        "completeness": {"mass_share": 1.0 if complete else 0.978, "line_share": digits(len(lines) / (len(lines) + len(gaps))),
                         "gaps": gaps},
        "mass_balance": {"stated_kg": 642.0, "summed_kg": 641.2, "unknown": ["BOM!A14"]},
        "conformity": _conformity(complete=complete),
        "clauses": _clauses(),
        "assumptions": _assumptions(),
        "allocations": _allocations(),
        "excluded": _excluded(),
        "ledger": ledger,
        "activities": [{"id": i, "name": n, "supply": supply[i], "unit": u, "output": 1.0, "cell": c} for i, (n, u, c) in TABLES.ACTIVITIES.items()],
        "flows": flows,
        "inputs": _inputs(ledger, flows),
        "demand": {"activity": TABLES.PACK, "amount": digits(DEMAND)},
        "datasets": [_dataset(code) for code in TABLES.DATASETS],
        "databases": [{"id": "open-cn", "version": "2026.1", "title": both("中国开放背景数据库", "Open background database for China"),
                       "licence": "CC-BY-4.0", "licensed": False, "citation": TABLES.MADE_UP, "checksum": "9c" * 32}],
        "account": _account(lines),
    }


def _extra(n: int) -> tuple[Any, ...]:
    code = list(TABLES.DATASETS)[n % len(TABLES.DATASETS)]
    row = 40 + n
    return (f"X{n}", TABLES.PACK if n % 3 else TABLES.MODULE, f"零件 {n} 支架 Bracket {n}", f"BOM!E{row}", list(TABLES.STAGES)[n % 2], "product", 1.0,
            digits(0.01 * (1 + n % 17)), TABLES.DATASETS[code][2], [("loss", 1.02, f"BOM!H{row}")], TABLES.DATASETS[code][2], code,
            list(TABLES.BASES)[n % 5], "", "")


def _supply() -> dict[str, float]:
    supply = dict.fromkeys(TABLES.ACTIVITIES, 0.0)
    for _ in range(200):  # rework passes 0.2 % of the modules back: converges long before
        new = {TABLES.PACK: digits(DEMAND), TABLES.MODULE: 0.0, TABLES.CELL: 0.0, TABLES.REWORK: 0.0}
        for parent, child, _name, _cell, coefficient, value, _unit, steps in TABLES.FLOWS:
            new[child] += supply[parent] * coefficient * value * prod(s[1] for s in steps)
        supply = new
    return {key: digits(value) for key, value in supply.items()}


def _steps(steps: list[tuple[str, float, str]]) -> list[dict[str, Any]]:
    return [{"what": what, "title": both(*TABLES.STEPS[what]), "factor": factor, "cell": cell} for what, factor, cell in steps]


def _flow(flow: tuple[Any, ...]) -> dict[str, Any]:
    parent, child, name, cell, coefficient, value, unit, steps = flow
    amount = digits(value * prod(s[1] for s in steps))
    return {"parent": parent, "child": child, "name": name, "cell": cell, "coefficient": coefficient,
            "entered": {"value": value, "unit": unit, "cell": cell}, "steps": _steps(steps), "amount": amount, "unit": unit}


def _inputs(ledger: list[dict[str, Any]], flows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the numbers that amounts follow: what was entered, and each step that stands in a cell."""
    cells: dict[str, dict[str, Any]] = {}

    def of(name: str, cell: str, title: dict[str, str], value: float, unit: str) -> list[Any]:
        told = {"cell": cell, "title": title, "name": name, "value": value, "unit": unit, "held": False}
        return [value / cells.setdefault(cell, told)["value"], [[cell, 1.0]]]

    def line(entry: dict[str, Any]) -> dict[str, Any]:
        told = entry["entered"]
        entered = of(entry["name"], told["cell"], both("填报值", "Entered"), told["value"], told["unit"])
        steps = [None if s["what"] == "unit" else of(entry["name"], s["cell"], s["title"], s["factor"], "") for s in entry["steps"]]
        return {"entered": entered, "coefficient": None, "steps": steps}

    lines = {"ledger": [line(e) for e in ledger], "flows": [line(e) for e in flows]}
    return {**lines, "demand": None, "units": {}, "cells": list(cells.values()), "sums": [], "decisions": []}


def _target(code: str) -> tuple[str, dict[str, str], dict[str, float], str, str]:
    if code in TABLES.GASES:
        zh, en, _unit, classes = TABLES.GASES[code]
        return code, both(zh, en), classes, "verified", "AR6"
    row = TABLES.DATASETS[code]
    return f"open-cn@2026.1:{code}", both(row[0], row[1]), row[10], row[9], row[8]


def _entry(line: tuple[Any, ...], supply: dict[str, float]) -> dict[str, Any]:
    id_, activity, name, cell, stage, role, coefficient, value, unit, steps, new_unit, code, basis, rule, clause = line
    key, title, classes, status, gwp = _target(code)
    amount = digits(value * prod(s[1] for s in steps))
    moved = supply[activity] * coefficient * amount
    factor = digits(fsum(v for c, v in classes.items() if c in TABLES.IN_TOTAL))
    result = digits(moved * factor)
    location = digits(moved * 0.6) if code == "electricity-cn-wind" else None
    return {
        "id": id_, "cell": cell, "activity": activity, "name": name, "stage": stage, "role": role, "supply": supply[activity],
        "coefficient": coefficient, "entered": {"value": value, "unit": unit, "cell": cell}, "steps": _steps(steps),
        "amount": amount, "unit": new_unit, "target": key, "target_name": title, "factor": factor, "value": result,
        "classes": {c: digits(moved * v) for c, v in classes.items()}, "statuses": {status: result}, "sets": {gwp: result},
        "basis": basis, "evidence": "E1" if basis == "measured" else "", "rule": rule, "clause": clause,
        "reason": _reason(rule), "gaps": [g[0] for g in TABLES.DATASETS[code][12]] if code in TABLES.DATASETS else [],
        "location_value": location,
    }


def _reason(rule: str) -> dict[str, str]:
    return {
        "recycled-content": both("再生料份额按再生数据集计算，其余按原生数据集计算。",
                                 "The recycled share takes the secondary dataset, the rest the primary one."),
        "electricity-by-contract": both("有注销凭证的风电按合同计入，其余按电网平均。",
                                        "Wind power with a cancelled certificate counts by contract, the rest by the grid."),
        "circular-footprint": both("报废按循环足迹公式分摊，A = 0.2。",
                                   "End of life is shared by the circular footprint formula with A = 0.2."),
    }.get(rule, both("", ""))


def _dataset(code: str) -> dict[str, Any]:
    zh, en, unit, region, period, kind, boundary, category, gwp, status, classes, proxy, gaps = TABLES.DATASETS[code]
    factor = digits(fsum(v for c, v in classes.items() if c in TABLES.IN_TOTAL))
    return {"key": f"open-cn@2026.1:{code}", "name": both(zh, en), "unit": unit, "region": region, "period": period,
            "kind": kind, "boundary": boundary, "category": category, "gwp_set": gwp, "status": status, "citation": TABLES.MADE_UP,
            "proxy": proxy, "note": "", "technology": "", "pedigree": "", "includes_transport": code == "graphite", "factor": factor, "classes": classes,
            "statuses": {status: factor}, "sets": {gwp: factor},
            "gaps": [{"code": c, "name": both(z, e), "amount": a, "unit": "kg"} for c, z, e, a in gaps]}


def _shares(ledger: list[dict[str, Any]], pick: Any) -> dict[str, float]:
    whole = fsum(abs(e["value"]) for e in ledger)
    sums: dict[str, list[float]] = {}
    for entry in ledger:
        for key, value in pick(entry).items():
            sums.setdefault(key, []).append(abs(value))
    return {key: digits(fsum(values) / whole) for key, values in sums.items()}


def _titled(shares: dict[str, float], titles: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"id": key, "title": both(*titles[key]), "share": shares[key]} for key in titles if key in shares]


def _result(ledger: list[dict[str, Any]], total: float, *, complete: bool) -> dict[str, Any]:
    by_stage = {s: digits(fsum(e["value"] for e in ledger if e["stage"] == s)) for s in TABLES.STAGES}
    stage_shares = _shares(ledger, lambda e: {e["stage"]: e["value"]})
    class_titles = {"fossil": ("化石", "Fossil"), "biogenic_release": ("生物源二氧化碳排放", "Biogenic CO2 release"),
                    "biogenic_uptake": ("生物源二氧化碳吸收", "Biogenic CO2 uptake"), "unsplit": ("未拆分", "Not split")}
    location = fsum(e["value"] if e["location_value"] is None else e["location_value"] for e in ledger)
    return {
        "unit": "kg CO2e", "total": total, "declared": f"{total:.4f}", "per_item": digits(total * 46512), "complete": complete,
        "absolute": digits(fsum(abs(e["value"]) for e in ledger)),
        "lower_bound": not complete, "location_based": digits(location), "location_declared": f"{location:.4f}",
        "location_notes": [both("供应商提供的碳足迹（separator）无法换算为按所在地电网计的电力。",
                                "The footprints of suppliers (separator) cannot be converted to location-based electricity.")],
        "also": [{"id": "kwh-capacity", "title": both("每千瓦时额定容量", "per kWh of gross capacity"), "unit": "kWh", "per_item": 102.0,
                  "total": digits(total * 46512 / 102), "declared": f"{total * 46512 / 102:.1f}"}],
        "by_stage": [{"id": s, "title": both(*TABLES.STAGES[s]), "value": by_stage[s], "share": stage_shares[s]}
                     for s in TABLES.STAGES if s in stage_shares],
        "by_class": [{"id": c, "title": both(*class_titles[c]), "in_total": c in TABLES.IN_TOTAL,
                      "value": digits(fsum(e["classes"][c] for e in ledger if c in e["classes"]))} for c in TABLES.CLASSES],
        "by_basis": _titled(_shares(ledger, lambda e: {e["basis"]: e["value"]}), TABLES.BASES),
        "by_status": _titled(_shares(ledger, lambda e: e["statuses"]), TABLES.STATUSES),
        "by_gwp_set": [{"id": k, "share": v} for k, v in sorted(_shares(ledger, lambda e: e["sets"]).items())],
    }


def _electricity() -> dict[str, Any]:
    def row(cell: str, kind: tuple[str, str, str], kwh: float, state: str, **more: Any) -> dict[str, Any]:
        bare = {"generator": "", "generator_title": both("", ""), "untracked_kwh": 0.0, "certificate": "", "cancelled": "", "market": "",
                "unproven": False, "why": []}
        return {**bare, "id": "E1", "type": kind[0], "type_title": both(*kind[1:]), "kwh": kwh, "period": "2024", "state": state,
                "cell": cell, "used_by": ["Processes!A4"], **more}

    wind = {"generator": "wind", "generator_title": both("风电", "wind"), "market": "CN", "certificate": "GEC-2024-118",
            "cancelled": "2025-02-01 · LFP-102"}
    refused = both("“E1”缺少证书核销日期或核销对象（S2 B.1.6 要求），按未声明来源电力计算。",
                   "'E1' lacks the day on which its certificate was cancelled, which S2 B.1.6 demands.")
    certificate = ("green_certificate", "绿证", "green certificate")
    return {
        "accepted": [{"id": "grid", "title": both("电网", "grid")}, {"id": "green_certificate", "title": both("绿证", "green certificate")}],
        "criteria": [{"id": "cancelled", "title": both("已核销并注明核销对象", "cancelled, for whom is stated")}],
        "untracked": {"id": "residual", "title": both("剩余组合", "residual mix")}, "approximated": True, "clause": "B.1.6", "source": "S2",
        "status": "secondary",
        "supplies": [row("Electricity!A4", ("metered", "计量总量", "metered consumption"), 1e6, "metered", untracked_kwh=6e5),
                     row("Electricity!A5", certificate, 3e5, "accepted", **wind),
                     row("Electricity!A6", certificate, 1e5, "refused", **{**wind, "certificate": "GEC-2024-119", "cancelled": ""},
                         untracked_kwh=1e5, unproven=True, why=[refused])],
    }


def _product() -> dict[str, Any]:
    fields = [("gross_kwh", "额定总能量", "Gross capacity", 102.0, "kWh", "Product!B16"),
              ("usable_kwh", "可用能量", "Usable capacity", 96.9, "kWh", "Product!B17"),
              ("vehicle_class", "车辆类别", "Vehicle class", "M1", "", "Product!B18"),
              ("warranty_years", "质保年限", "Warranty", 8.0, "a", "Product!B19")]
    return {"id": "LFP-102", "name": "磷酸铁锂动力电池包 LFP traction battery pack", "model": "PK-102-A3", "manufacturer": "示例电池有限公司",
            "country": "CN", "province": "江苏 Jiangsu", "net_mass_kg": 642.0, "fossil_carbon_kg": None, "biogenic_carbon_kg": 2.1,
            "fields": [{"key": k, "title": both(z, e), "value": v, "unit": u, "cell": c} for k, z, e, v, u, c in fields]}


def _study() -> dict[str, Any]:
    included = {"raw_materials", "production", "distribution", "end_of_life"}
    return {
        "pcr": {"id": "battery-sample", "version": "0.3", "status": "secondary", "scope": both("动力电池。", "Traction batteries."),
                "title": both("动力电池（测试样例规则）", "Traction batteries (sample rules for tests)"),
                "sources": [{"id": "S1", "title": "Sample regulation, Annex", "status": "verified"},
                            {"id": "S2", "title": "Sample draft method of April", "status": "secondary"}]},
        "boundary": {"id": "cradle-to-grave-without-use", "stages": sorted(included),
                     "title": both("从摇篮到坟墓（不含使用阶段）", "Cradle to grave without the use phase")},
        "stages": [{"id": s, "title": both(*t), "included": s in included} for s, t in TABLES.STAGES.items()],
        "reference_period": {"start": "2024-01-01", "end": "2024-12-31"}, "issue_date": "2025-06-30", "gwp_set": "AR6",
        "headline": "0/0",
        "parameters": [
            {"id": "cycles_per_year", "title": both("每年等效全循环数", "Full equivalent cycles a year"), "value": 60.0,
             "unit": "1/a", "clause": "B.3.2", "source": "S2", "status": "secondary"},
            {"id": "allocation_a", "title": both("循环足迹公式分配系数 A（金属）", "Allocation factor A of the circular footprint formula, metals"),
             "value": 0.2, "unit": "-", "clause": "B.2.3", "source": "S2", "status": "secondary"}],
    }


def _declared_unit() -> dict[str, Any]:
    return {"id": "kwh-delivered", "title": both("全寿命提供的 1 kWh 电能", "1 kWh delivered over the service life"), "unit": "kWh",
            "amount": 1.0, "per_item": 46512.0, "clause": "B.3.1", "source": "S1", "status": "verified",
            "sentence": both("96.9 kWh 可用能量 × 每年 60 次等效全循环 × 8 年质保 = 46,512 kWh。",
                             "96.9 kWh usable × 60 full cycles a year × 8 years of warranty = 46,512 kWh.")}


def _gaps() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = [
        {"cell": "BOM!A14", "code": "", "name": "电池管理系统 Battery management system", "amount": digits(4.1 * DEMAND), "unit": "kg",
         "why": both("没有可引用的数值。", "No number that can be cited."), "non_negative": True},
        {"cell": "BOM!A9", "code": "lithium-bis-fluorosulfonyl-imide", "name": "双氟磺酰亚胺锂 Lithium bis(fluorosulfonyl)imide", "amount": 2.0e-5, "unit": "kg",
         "why": both("电解液数据集缺少该输入。", "The electrolyte dataset lacks this input."), "non_negative": True},
    ]
    return [{**gap, "title": both(*gap["name"].split(" ", 1))} for gap in listed]


def _conformity(*, complete: bool) -> dict[str, Any]:
    if complete:
        return {"conforms": True, "why": [], "wording": both("按样例规则 0.3 版核算。", "Calculated in accordance with the sample rules 0.3.")}
    return {"conforms": False, "wording": both("参照样例规则 0.3 版核算，不构成符合性声明。",
                                               "Calculated with reference to the sample rules 0.3; no claim of conformity."),
            "why": [both("结果不完整：有 2 处数据缺口。", "The result is incomplete: 2 data gaps."),
                    both("隔膜应使用企业特定数据。", "The separator requires data of the company itself.")]}


def _clauses() -> list[dict[str, Any]]:
    rows = [
        ("declared-unit", "B.3.1", "S1", "verified", "passed", "声明单位为全寿命提供的每千瓦时电能。",
         "The declared unit is 1 kWh of energy provided over the service life.", "46,512 kWh", "46,512 kWh", ["Product!B17"]),
        ("company-specific", "B.1.2", "S1", "verified", "failed", "正极、负极、电解液、隔膜和外壳的活动数据应为企业特定数据。",
         "Activity data of anode, cathode, electrolyte, separator and casing are specific to the model and plant.",
         "隔膜：替代估计", "separator: proxy", ["BOM!E10"]),
        ("cut-off", "B.1.5", "S2", "secondary", "passed", "取舍的组件质量低于 1 %。",
         "Left-out components weigh less than 1 % of the battery.", "0.3 %", "0.3 %", []),
        ("certificates", "B.1.6", "S2", "secondary", "needs-evidence", "合同电力应附注销凭证。",
         "Electricity by contract needs a cancelled certificate.", "凭证 GEC-2024-118 未附文件", "certificate GEC-2024-118 without a file",
         ["Electricity!G4"]),
        ("second-life", "B.4", "S2", "unverified", "not-applicable", "梯次利用电池另行核算。",
         "Batteries prepared for a second life are accounted for apart.", "", "", []),
    ]
    return [{"id": i, "clause": c, "source": s, "status": st, "outcome": o, "sentence": both(z, e), "test": both(z, e), "seen": both(sz, se),
             "cells": cells} for i, c, s, st, o, z, e, sz, se, cells in rows]


def _assumptions() -> list[dict[str, Any]]:
    return [{"cell": "Transport!D5", "code": "distance-default", "text": both("运输距离取缺省 1,150 km。", "The delivery distance is the default of 1,150 km.")},
            {"cell": "BOM!H13, BOM!H9", "code": "loss-default", "text": both("未填损耗，按无损耗计算。", "No loss was entered; none was assumed.")}]


def _allocations() -> list[dict[str, Any]]:
    outputs = [("电芯 Cells", "Processes!A4", 1000.0, "item", 61.0, "Processes!U4", 0.995, "", ["Processes!A6"]),
               ("极片边角料 Electrode cuttings", "Processes!A5", 12.0, "kg", 25.541, "Processes!U5", 0.005, "", [])]
    keys = ("flow", "cell", "amount", "unit", "property", "property_cell", "share", "substitute", "own")
    return [{"process": "电芯装配 Cell assembly", "cell": "Processes!A4", "method": "economic", "title": both("按经济价值", "by price"),
             "step": "price-ratio-high", "clause": "B.1.7", "source": "made-up", "status": "unverified",
             "reason": both("价格相差悬殊，按经济价值分配。", "Prices differ widely: burdens are shared by price."),
             "stated": "mass", "deviates": True,
             "outputs": [{**dict(zip(keys, row, strict=True)), "property_unit": ""} for row in outputs]}]


def _excluded() -> list[dict[str, Any]]:
    return [{"cell": "BOM!A16", "name": "说明书 Manual", "id": "BOM!A16", "stage": "raw_materials", "rule": "cut-off-mass", "clause": "B.1.5",
             "reason": both("质量占 0.3 %，低于 1 % 的取舍限值。", "0.3 % of the mass, below the cut-off limit of 1 %.")},
            {"cell": "Use!A4", "name": "充电损失 Charging losses", "id": "Use!A4", "stage": "use", "rule": "use-phase", "clause": "B.2.1",
             "reason": both("系统边界不含使用阶段。", "The use phase is outside the boundary.")}]


def _account(lines: list[tuple[Any, ...]]) -> dict[str, Any]:
    used = sorted({_first(line[3]) for line in lines} | {"BOM!A4", "BOM!A5", "Processes!A7", "Processes!A10"})
    rows = [{"cell": cell, "state": "used", "why": both("", "")} for cell in used]
    rows += [{"cell": "BOM!A3", "state": "excluded", "why": both("说明行。", "A comment row.")},
             {"cell": "BOM!A14", "state": "used", "why": both("数据缺口。", "A data gap.")},
             {"cell": "BOM!A16", "state": "excluded", "why": both("取舍准则。", "The cut-off rule.")},
             {"cell": "BOM!A17", "state": "merged", "why": both("与第 13 行合并。", "Merged with row 13.")},
             {"cell": "Use!A4", "state": "excluded", "why": both("不含使用阶段。", "The use phase is left out.")}]
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        sheet = counts.setdefault(row["cell"].partition("!")[0], {"used": 0, "merged": 0, "excluded": 0, "rejected": 0})
        sheet[row["state"]] += 1
    return {"counts": [{"sheet": sheet, **states} for sheet, states in counts.items()], "rows": rows}


def _first(cell: str) -> str:
    sheet, _, address = cell.partition("!")
    return f"{sheet}!A{address.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


if __name__ == "__main__":
    text = json.dumps(sample(), ensure_ascii=False, indent=1, sort_keys=False) + "\n"
    Path(__file__).with_name("sample-declaration.json").write_text(text, encoding="utf-8")
