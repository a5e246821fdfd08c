"""From files to checked objects: every fault of every file at once, each with its place and its remedy."""
