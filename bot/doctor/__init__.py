"""``crashloop doctor``: whether all that is switched on can work, and what is to be done where it cannot.

``report`` is what was found, ``pages`` how it is shown, ``rights`` and ``scopes`` what is needed: pure. ``settings``,
``slack``, ``cluster`` and ``service`` look, over clients that are given to them; ``doctor`` runs them side by side.
Nothing is changed anywhere, but for the one alert of ``trial`` that somebody asks for.
"""
