"""From an executed notebook to a file: nbconvert exporters for HTML and PDF.

They are ordinary nbconvert exporters (entry points ``kam-html`` and ``kam-pdf``), so ``jupyter nbconvert --to kam-pdf`` and
JupyterLab's export menu use the same code as ``kamassess report``.
"""
