"""Restart and undo as ``kubectl rollout`` does them: planned purely, carried out once, followed to the end."""

from bot.actions.rollout.execute import Caller, Outcome, State, execute
from bot.actions.rollout.plan import Plan, Refusal, Wanted, names_to_delete, plan, plan_restart, plan_undo
from bot.actions.rollout.prepare import Prepared, Ready, Stale, prepare
from bot.actions.rollout.progress import Phase, Progress, follow

__all__ = [
    "Caller",
    "Outcome",
    "Phase",
    "Plan",
    "Prepared",
    "Progress",
    "Ready",
    "Refusal",
    "Stale",
    "State",
    "Wanted",
    "execute",
    "follow",
    "names_to_delete",
    "plan",
    "plan_restart",
    "plan_undo",
    "prepare",
]
