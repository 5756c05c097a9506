"""Restart and undo as ``kubectl rollout`` does them: planned purely, carried out once, followed to the end."""

from bot.rollout.carry import Outcome, State, carry_out
from bot.rollout.plan import Plan, Refusal, Wanted, plan, plan_restart, plan_undo
from bot.rollout.progress import Phase, Progress, follow

__all__ = [
    "Outcome",
    "Phase",
    "Plan",
    "Progress",
    "Refusal",
    "State",
    "Wanted",
    "carry_out",
    "follow",
    "plan",
    "plan_restart",
    "plan_undo",
]
