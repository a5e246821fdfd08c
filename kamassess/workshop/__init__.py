"""A management team answers together: sees where it disagrees, and agrees on levels, targets and actions.

What happens is a list of events (:mod:`~kamassess.workshop.events`) in a store that only grows
(:mod:`~kamassess.workshop.store`);
what holds is a fold over them (:mod:`~kamassess.workshop.state`); who may do what stands in :mod:`~kamassess.workshop.moves`.
"""
