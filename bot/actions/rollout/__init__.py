"""Restart and undo as ``kubectl rollout`` does them: planned purely, carried out once, followed to the end."""

from bot.actions.rollout.execute import Outcome, State, execute
from bot.actions.rollout.plan import Plan, Refusal, Wanted, plan, plan_restart, plan_undo
from bot.actions.rollout.progress import Phase, Progress, follow

__all__ = [
    "Outcome",
    "Phase",
    "Plan",
    "Progress",
    "Refusal",
    "State",
    "Wanted",
    "execute",
    "follow",
    "plan",
    "plan_restart",
    "plan_undo",
]
