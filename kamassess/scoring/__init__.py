"""From answers to scores, by the instrument's declared policy. Never reads a file; all units are scored together."""

from kamassess.scoring.scores import Scores, score_answers

__all__ = ["Scores", "score_answers"]
