"""Finds the folder of a plan by its area and year."""

from __future__ import annotations

from pathlib import Path

from kg.errors import PlanNotFound
from kg.source.folder import PLAN_FILE
from kg.source.load import NO_PLANS
from kg.source.report import Report, nearest
from kg.source.yamlfile import read_yaml


def plan_folders(data: Path) -> dict[str, Path]:
    """Return the folders of a data folder's plans by `area/year`; folders whose `plan.yaml` cannot be read are left out."""
    found: dict[str, Path] = {}
    for path in sorted(data.iterdir()) if data.is_dir() else ():
        if path.name not in NO_PLANS and not path.name.startswith(".") and (path / PLAN_FILE).is_file():
            top = read_yaml(path / PLAN_FILE, Report())
            if top and top.text("graph"):
                found.setdefault(top.text("graph"), path)
    return found


def plan_folder(data: Path, plan: str) -> Path:
    """Return the folder of a plan.

    Args:
        data: Folder of plans.
        plan: `area/year`; empty for the only plan there is.
    Raises:
        PlanNotFound: there is no such plan, or several and none was named.
    """
    folders = plan_folders(data)
    if not plan and len(folders) == 1:
        return next(iter(folders.values()))
    if plan not in folders:
        code = "plans.not-found" if plan else "plans.which"
        raise PlanNotFound(code, value=plan, known=", ".join(folders), nearest=nearest(plan, folders))
    return folders[plan]
