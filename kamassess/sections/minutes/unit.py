"""What the unit audit tells of a workshop: in a few lines what it agreed, beside what the survey claims."""

from __future__ import annotations

from kamassess.document import Heading, Node, Paragraph
from kamassess.sections.minutes.view import MinutesView
from kamassess.sections.view import View

__all__ = ["board_workshop"]


def board_workshop(view: View) -> tuple[Node, ...]:
    """Who met and what came of it; nothing where there was no workshop."""
    if view.unit.workshop is None:
        return ()
    own, words = MinutesView.of(view), view.words
    held, numbers = own.held, own.numbers
    done = [
        words(f"wm_board_{name}", count=own.count(what, count))
        for name, what, count in (
            ("voted", "questions", numbers["voted"]),
            ("agreed", "questions", numbers["agreed"]),
            ("actions", "actions", len(held.actions)),
            ("targets", "dimensions", len(held.targets)),
        )
        if count
    ]
    when = words("wm_board_day", day=own.day) if held.day else words("wm_board_wave", wave=view.result.wave)
    did = words("wm_board_separator").join(done) if done else words("wm_board_nothing")
    text = words.rich("wm_board", when=when, people=words.people(held.n_people), did=did)
    levels = []
    for block in own.blocks:
        agreed, claimed = held.agreed[block.id].score, own.claim(block.id).score
        if agreed is not None:
            values = {"name": view.quoted(block), "agreed": view.points(agreed), "claimed": view.points(claimed)}
            levels.append(words("wm_board_level" if claimed is not None else "wm_board_level_alone", **values))
    nodes: list[Node] = [Heading(2, words("wm_board_title"), "board-workshop"), Paragraph(text)]
    if levels:
        nodes.append(Paragraph(words.rich("wm_board_levels", levels=words("alt_separator").join(levels))))
    return tuple(nodes)
