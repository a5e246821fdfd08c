"""Questionnaires that people fill: forms made from an engagement's instrument."""
