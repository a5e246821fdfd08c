"""Writers of documents: the same nodes as HTML, as Typst and as plain text.

Each writer is a pure function from a :class:`kamassess.document.Document` to a string, knows nothing of notebooks, and escapes
every string it is given; putting fragments together into a file is the business of :mod:`kamassess.export`.
"""
