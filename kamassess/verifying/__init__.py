"""Whether reports are what the inputs give: each says which one it is, is made anew from the engagement, and compared.

Nothing that a file claims is believed: it is looked up among what the engagement has (``claims``, ``asking``), the report is made
again in a child (``judging``), and where bytes differ somebody is told where (``differing``, ``texts``). A batch is held against
its summary too (``summaries``), and the summary against a signature (``signing``). Nothing is written but to the terminal.
"""
